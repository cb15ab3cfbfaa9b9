// An image archive unpacked into one temporary file, so that its parts can be read in any order: it arrives as a stream, may be many
// gigabytes, and its manifest may come last. Only regular files and links to them count.

import { EngineError } from "../../base/errors.ts";
import { concatBytes } from "../../base/streams.ts";
import type { ArchiveFiles } from "../../oci/archive-files.ts";
import { COMPRESSION_HEAD_BYTES, compressionOf, gunzip, unzstd } from "../../oci/compression.ts";
import type { BlobStore } from "../../store/blob-store.ts";
import type { ByteFile } from "../../store/byte-file.ts";
import { readTar } from "../../tar/read-tar.ts";
import { ArchiveIndex } from "./archive-index.ts";
import { filePieces } from "./file-pieces.ts";
import { unpackStream, unsupportedCompression } from "./unpack-stream.ts";

interface TemporaryFile {
  readonly file: ByteFile;
  readonly remove: () => Promise<void>;
}

export class SpooledArchive implements ArchiveFiles {
  readonly #temporary: TemporaryFile;
  readonly #index: ArchiveIndex;

  private constructor(temporary: TemporaryFile, index: ArchiveIndex) {
    this.#temporary = temporary;
    this.#index = index;
  }

  /** Reads all of `archive`, a tar, compressed or not. Rejects with EngineError and then leaves nothing behind. */
  static async create(
    archive: ReadableStream<Uint8Array>,
    blobs: BlobStore,
    options: { readonly limitBytes: number; readonly signal: AbortSignal },
  ): Promise<SpooledArchive> {
    const temporary = await blobs.temporaryFile();
    const { limitBytes, signal } = options;
    try {
      const index = new ArchiveIndex(temporary.file, limitBytes);
      await readTar(await unpackStream(archive), index, { signal });
      return new SpooledArchive(temporary, index);
    } catch (error) {
      await discard(temporary);
      throw error;
    }
  }

  sizeOf(path: string): number | undefined {
    return this.#index.find(path)?.sizeBytes;
  }

  async read(path: string, limitBytes: number): Promise<Uint8Array> {
    const { start, sizeBytes } = this.#find(path);
    if (sizeBytes > limitBytes)
      throw new EngineError("corrupt", `invalid archive: ${JSON.stringify(path)} is too large`);
    return concatBytes([...filePieces(this.#temporary.file, start, sizeBytes)]);
  }

  /** A layer's tar, unpacked when it is compressed; `onPacked` sees the file's own bytes. */
  async layerTar(path: string, onPacked: (bytes: Uint8Array) => void): Promise<ReadableStream<Uint8Array>> {
    const { start, sizeBytes } = this.#find(path);
    const { file } = this.#temporary;
    const head = new Uint8Array(Math.min(COMPRESSION_HEAD_BYTES, sizeBytes));
    file.readAt(start, head);
    const compression = compressionOf(head);
    const pieces = observed(filePieces(file, start, sizeBytes), onPacked);
    if (compression === "none") return streamOfPieces(pieces);
    if (compression === "gzip") return gunzip(pieces);
    if (compression === "zstd") return unzstd(pieces);
    throw unsupportedCompression(compression);
  }

  async close(): Promise<void> {
    await discard(this.#temporary);
  }

  #find(path: string): { start: number; sizeBytes: number } {
    const found = this.#index.find(path);
    if (found === undefined)
      throw new EngineError("corrupt", `invalid archive: ${JSON.stringify(path.slice(0, 200))} is missing`);
    return found;
  }
}

async function discard({ file, remove }: TemporaryFile): Promise<void> {
  file.close();
  await remove();
}

function* observed(pieces: Iterable<Uint8Array>, see: (piece: Uint8Array) => void): Generator<Uint8Array> {
  for (const piece of pieces) {
    see(piece);
    yield piece;
  }
}

function streamOfPieces(pieces: Generator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const { done, value } = pieces.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
    },
    { highWaterMark: 0 },
  );
}
