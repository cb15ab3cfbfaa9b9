// Byte streams: what every layer passes on. A duplex is the two ends one side holds of a connection.

/** One side's ends of a connection: `readable` yields what the peer sent, `writable` sends to the peer (close = half-close). */
export interface ByteDuplex {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}

/** A duplex that can be let go as a whole: `close` ends both directions at once. */
export interface ByteConnection extends ByteDuplex {
  close(): void;
}

/** Passes every chunk on, and calls `onChunk` with it before. */
export function tap<T>(onChunk: (chunk: T) => void): TransformStream<T, T> {
  return new TransformStream<T, T>({
    transform(chunk, controller) {
      onChunk(chunk);
      controller.enqueue(chunk);
    },
  });
}

/** Two connected duplexes: what is written to one is read from the other. */
export function duplexPair(highWaterBytes = 65_536): [ByteDuplex, ByteDuplex] {
  const size = (chunk: Uint8Array) => chunk.byteLength;
  const there = new TransformStream<Uint8Array, Uint8Array>(
    undefined,
    { highWaterMark: highWaterBytes, size },
    { highWaterMark: 0 },
  );
  const back = new TransformStream<Uint8Array, Uint8Array>(
    undefined,
    { highWaterMark: highWaterBytes, size },
    { highWaterMark: 0 },
  );
  return [
    { readable: back.readable, writable: there.writable },
    { readable: there.readable, writable: back.writable },
  ];
}

/** Bytes in order, at hand or still coming. */
export type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** A stream of the chunks given. */
export function streamOf(...chunks: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  let next = 0;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const chunk = chunks[next++];
      if (chunk === undefined) controller.close();
      else controller.enqueue(chunk);
    },
  });
}

/** The chunks of a stream; leaving the loop early cancels it. (Safari has no async iteration of streams.) */
export async function* chunksOf<T>(stream: ReadableStream<T>): AsyncGenerator<T, void, undefined> {
  const reader = stream.getReader();
  let finished = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        finished = true;
        return;
      }
      yield value;
    }
  } finally {
    if (!finished) await reader.cancel().catch(() => {});
    reader.releaseLock();
  }
}

/** The whole stream as one array. Rejects with a RangeError when it is longer than `limitBytes`. */
export async function readAll(
  stream: ReadableStream<Uint8Array>,
  limitBytes = Number.POSITIVE_INFINITY,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of chunksOf(stream)) {
    total += chunk.byteLength;
    if (total > limitBytes) throw new RangeError(`More than ${limitBytes} bytes`);
    chunks.push(chunk);
  }
  return concatBytes(chunks);
}

/** The whole stream as UTF-8 text. */
export async function readText(
  stream: ReadableStream<Uint8Array>,
  limitBytes = Number.POSITIVE_INFINITY,
): Promise<string> {
  return new TextDecoder().decode(await readAll(stream, limitBytes));
}

export function concatBytes(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let total = 0;
  for (const chunk of chunks) total += chunk.byteLength;
  const whole = new Uint8Array(total);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}
