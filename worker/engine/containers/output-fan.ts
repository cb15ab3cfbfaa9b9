// Copies what a container writes to everybody who is attached. The slowest reader sets the pace, as with a pipe; one that
// goes away is forgotten.

import type { OutputStream } from "./container-log.ts";

export interface OutputChunk {
  readonly stream: OutputStream;
  readonly bytes: Uint8Array;
}

const HIGH_WATER_BYTES = 65_536;

interface Listener {
  readonly wants: (stream: OutputStream) => boolean;
  readonly writer: WritableStreamDefaultWriter<OutputChunk>;
}

export class OutputFan {
  readonly #listeners = new Set<Listener>();

  /** What comes from now on, until `end()`. Cancelling the stream detaches. */
  attach(wants: (stream: OutputStream) => boolean): ReadableStream<OutputChunk> {
    const { readable, writable } = new TransformStream<OutputChunk, OutputChunk>(
      undefined,
      { highWaterMark: HIGH_WATER_BYTES, size: (chunk) => chunk.bytes.byteLength },
      { highWaterMark: 0 },
    );
    const listener = { wants, writer: writable.getWriter() };
    this.#listeners.add(listener);
    listener.writer.closed.then(
      () => this.#listeners.delete(listener),
      () => this.#listeners.delete(listener),
    );
    return readable;
  }

  /** Resolves when every listener has room again. */
  async send(chunk: OutputChunk): Promise<void> {
    const waits: Promise<void>[] = [];
    for (const listener of this.#listeners) {
      if (!listener.wants(chunk.stream)) continue;
      listener.writer.write(chunk).catch(() => {});
      waits.push(listener.writer.ready.catch(() => {}));
    }
    if (waits.length > 0) await Promise.all(waits);
  }

  end(): void {
    for (const listener of this.#listeners) listener.writer.close().catch(() => {});
    this.#listeners.clear();
  }
}
