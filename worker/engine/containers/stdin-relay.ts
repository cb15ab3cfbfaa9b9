// The way to a container's standard input. Clients attach before the container starts, so bytes wait here for the process,
// and are dropped when it never comes or has ended.

export class StdinRelay {
  #sink: Promise<WritableStreamDefaultWriter<Uint8Array> | null>;
  #resolveSink: (writer: WritableStreamDefaultWriter<Uint8Array> | null) => void = () => {};

  constructor() {
    this.#sink = this.#newSink();
  }

  /** The container has started; null: it has no input. */
  open(stdin: WritableStream<Uint8Array> | null): void {
    const writer = stdin?.getWriter() ?? null;
    writer?.closed.catch(() => {});
    this.#resolveSink(writer);
  }

  /** The run is over: whoever still writes, writes into the void; later writers wait for the next run. */
  end(): void {
    this.#resolveSink(null);
    this.#sink = this.#newSink();
  }

  /** One client's end. With `closes`, closing it closes the container's input. */
  attach(closes: boolean): WritableStream<Uint8Array> {
    const sink = this.#sink;
    const finish = async () => {
      if (closes) await (await sink)?.close().catch(() => {});
    };
    return new WritableStream<Uint8Array>(
      {
        async write(bytes) {
          await (await sink)?.write(bytes).catch(() => {});
        },
        close: finish,
        abort: finish,
      },
      { highWaterMark: 65_536, size: (bytes) => bytes.byteLength },
    );
  }

  #newSink(): Promise<WritableStreamDefaultWriter<Uint8Array> | null> {
    return new Promise((resolve) => {
      this.#resolveSink = resolve;
    });
  }
}
