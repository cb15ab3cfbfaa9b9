// An image archive unpacked into one temporary file, so that its parts can be read in any order: it arrives as a stream, may be many
// gigabytes, and its manifest may come last. Only regular files and links to them count.

import { EngineError } from "../../base/errors.ts";
import { chunksOf, concatBytes } from "../../base/streams.ts";
import type { ArchiveFiles } from "../../oci/archive-files.ts";
import { COMPRESSION_HEAD_BYTES, compressionOf, gunzip, unzstd } from "../../oci/compression.ts";
import type { BlobStore } from "../../store/blob-store.ts";
import type { ByteFile } from "../../store/byte-file.ts";
import { readTar } from "../../tar/read-tar.ts";
import { ArchiveIndex } from "./archive-index.ts";

const PIECE_BYTES = 262_144;

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
    let packed: TemporaryFile | undefined;
    try {
      const { head, all } = await peek(archive);
      const compression = compressionOf(head);
      let tar: ReadableStream<Uint8Array>;
      if (compression === "none") tar = all;
      else if (compression === "gzip") tar = gunzip(chunksOf(all));
      else if (compression === "zstd") {
        packed = await blobs.temporaryFile();
        await spool(all, packed.file, options);
        tar = await unzstd(piecesOf(packed.file, 0, packed.file.sizeBytes));
      } else throw unsupported(compression);
      const index = new ArchiveIndex(temporary.file, options.limitBytes);
      await readTar(tar, index, { signal: options.signal });
      return new SpooledArchive(temporary, index);
    } catch (error) {
      await discard(temporary);
      throw error;
    } finally {
      if (packed !== undefined) await discard(packed);
    }
  }

  sizeOf(path: string): number | undefined {
    return this.#index.find(path)?.sizeBytes;
  }

  async read(path: string, limitBytes: number): Promise<Uint8Array> {
    const { start, sizeBytes } = this.#find(path);
    if (sizeBytes > limitBytes)
      throw new EngineError("corrupt", `invalid archive: ${JSON.stringify(path)} is too large`);
    return concatBytes([...piecesOf(this.#temporary.file, start, sizeBytes)]);
  }

  /** A layer's tar, unpacked when it is compressed; `onPacked` sees the file's own bytes. */
  async layerTar(path: string, onPacked: (bytes: Uint8Array) => void): Promise<ReadableStream<Uint8Array>> {
    const { start, sizeBytes } = this.#find(path);
    const { file } = this.#temporary;
    const head = new Uint8Array(Math.min(COMPRESSION_HEAD_BYTES, sizeBytes));
    file.readAt(start, head);
    const compression = compressionOf(head);
    const pieces = observed(piecesOf(file, start, sizeBytes), onPacked);
    if (compression === "none") return streamOfPieces(pieces);
    if (compression === "gzip") return gunzip(asyncOf(pieces));
    if (compression === "zstd") return unzstd(pieces);
    throw unsupported(compression);
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

async function spool(
  stream: ReadableStream<Uint8Array>,
  file: ByteFile,
  { limitBytes, signal }: { readonly limitBytes: number; readonly signal: AbortSignal },
): Promise<void> {
  let offset = 0;
  for await (const chunk of chunksOf(stream)) {
    signal.throwIfAborted();
    if (offset + chunk.byteLength > limitBytes)
      throw new EngineError("invalid-argument", `the archive is larger than ${limitBytes} bytes`);
    file.writeAt(offset, chunk);
    offset += chunk.byteLength;
  }
}

/** The first bytes of a stream, and the stream with them. */
async function peek(
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

function* piecesOf(file: ByteFile, start: number, sizeBytes: number): Generator<Uint8Array> {
  for (let done = 0; done < sizeBytes; done += PIECE_BYTES) {
    const piece = new Uint8Array(Math.min(PIECE_BYTES, sizeBytes - done));
    file.readAt(start + done, piece);
    yield piece;
  }
}

function* observed(pieces: Iterable<Uint8Array>, see: (piece: Uint8Array) => void): Generator<Uint8Array> {
  for (const piece of pieces) {
    see(piece);
    yield piece;
  }
}

async function* asyncOf(pieces: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* pieces;
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

function unsupported(compression: string): EngineError {
  return new EngineError("not-implemented", `archives compressed with ${compression} are not supported`);
}
