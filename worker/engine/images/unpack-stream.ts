// A stream that may be compressed, told by its first bytes, as the tar inside it.

import { EngineError } from "../../base/errors.ts";
import { chunksOf, concatBytes } from "../../base/streams.ts";
import { COMPRESSION_HEAD_BYTES, compressionOf, gunzip, unzstd } from "../../oci/compression.ts";

/** Rejects with EngineError when it is compressed in another way than gzip or zstd. */
export async function unpackStream(stream: ReadableStream<Uint8Array>): Promise<ReadableStream<Uint8Array>> {
  const { head, all } = await peekStream(stream);
  const compression = compressionOf(head);
  if (compression === "none") return all;
  if (compression === "gzip") return gunzip(chunksOf(all));
  if (compression === "zstd") return unzstd(chunksOf(all));
  throw unsupportedCompression(compression);
}

export function unsupportedCompression(compression: string): EngineError {
  return new EngineError("not-implemented", `archives compressed with ${compression} are not supported`);
}

/** The first bytes of a stream, and the stream with them. */
export async function peekStream(
  stream: ReadableStream<Uint8Array>,
): Promise<{ head: Uint8Array; all: ReadableStream<Uint8Array> }> {
  const chunks = chunksOf(stream);
  let head: Uint8Array = new Uint8Array(0);
  while (head.byteLength < COMPRESSION_HEAD_BYTES) {
    const { done, value } = await chunks.next();
    if (done) break;
    head = concatBytes([head, value]);
  }
  const all = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        if (head.byteLength > 0) controller.enqueue(head);
      },
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await chunks.return();
      },
    },
    { highWaterMark: 0 },
  );
  return { head, all };
}
