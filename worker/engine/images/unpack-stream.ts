// A stream that may be compressed, told by its first bytes, as the tar inside it.

import { EngineError } from "../../base/errors.ts";
import { chunksOf, concatBytes } from "../../base/streams.ts";
import { COMPRESSION_HEAD_BYTES, compressionOf, gunzip, unzstd } from "../../oci/compression.ts";
import type { BlobStore } from "../../store/blob-store.ts";
import { filePieces } from "./file-pieces.ts";

/** `use` reads the tar while what it needs is there. Rejects with EngineError or what `use` rejects with; nothing is left behind. */
export async function unpackStream<T>(
  { blobs, limits }: { readonly blobs: BlobStore; readonly limits: { readonly archiveBytes: number } },
  stream: ReadableStream<Uint8Array>,
  signal: AbortSignal,
  use: (tar: ReadableStream<Uint8Array>) => Promise<T>,
): Promise<T> {
  const { head, all } = await peekStream(stream);
  const compression = compressionOf(head);
  if (compression === "none") return use(all);
  if (compression === "gzip") return use(gunzip(chunksOf(all)));
  if (compression !== "zstd") throw unsupportedCompression(compression);
  const packed = await blobs.temporaryFile();
  try {
    let offset = 0;
    for await (const chunk of chunksOf(all)) {
      signal.throwIfAborted();
      if (offset + chunk.byteLength > limits.archiveBytes)
        throw new EngineError("invalid-argument", `the archive is larger than ${limits.archiveBytes} bytes`);
      packed.file.writeAt(offset, chunk);
      offset += chunk.byteLength;
    }
    return await use(await unzstd(filePieces(packed.file, 0, packed.file.sizeBytes)));
  } finally {
    packed.file.close();
    await packed.remove();
  }
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
