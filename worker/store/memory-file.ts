// A sparse file in memory: 64 KiB chunks that exist once something other than zeros was written to them.

import { EngineError } from "../base/errors.ts";
import type { ByteFile } from "./byte-file.ts";
import { checkByteCount } from "./file-name.ts";
import { isAllZero } from "./zero-bytes.ts";

const CHUNK_BYTES = 65_536;

/** What a memory file consists of; it outlives the ByteFile that has it open. */
export class MemoryContent {
  readonly chunks = new Map<number, Uint8Array>();
  sizeBytes = 0;

  /** Memory that the chunks take. */
  get usedBytes(): number {
    return this.chunks.size * CHUNK_BYTES;
  }
}

export class MemoryFile implements ByteFile {
  readonly #content: MemoryContent;
  readonly #onClose: () => void;
  #open = true;

  constructor(content = new MemoryContent(), onClose: () => void = () => {}) {
    this.#content = content;
    this.#onClose = onClose;
  }

  get sizeBytes(): number {
    return this.#opened().sizeBytes;
  }

  readAt(offset: number, into: Uint8Array): number {
    checkByteCount(offset, "offset");
    const content = this.#opened();
    const count = Math.max(0, Math.min(into.byteLength, content.sizeBytes - offset));
    for (let done = 0; done < count; ) {
      const within = (offset + done) % CHUNK_BYTES;
      const length = Math.min(CHUNK_BYTES - within, count - done);
      const chunk = content.chunks.get((offset + done - within) / CHUNK_BYTES);
      if (chunk === undefined) into.fill(0, done, done + length);
      else into.set(chunk.subarray(within, within + length), done);
      done += length;
    }
    return count;
  }

  writeAt(offset: number, bytes: Uint8Array): void {
    checkByteCount(offset, "offset");
    const content = this.#opened();
    for (let done = 0; done < bytes.byteLength; ) {
      const within = (offset + done) % CHUNK_BYTES;
      const length = Math.min(CHUNK_BYTES - within, bytes.byteLength - done);
      writeChunk(
        content,
        (offset + done - within) / CHUNK_BYTES,
        within,
        bytes.subarray(done, done + length),
      );
      done += length;
    }
    if (bytes.byteLength > 0) content.sizeBytes = Math.max(content.sizeBytes, offset + bytes.byteLength);
  }

  truncate(sizeBytes: number): void {
    checkByteCount(sizeBytes, "size");
    const content = this.#opened();
    if (sizeBytes < content.sizeBytes) {
      const kept = Math.ceil(sizeBytes / CHUNK_BYTES);
      for (const index of content.chunks.keys()) if (index >= kept) content.chunks.delete(index);
      const within = sizeBytes % CHUNK_BYTES;
      if (within > 0) content.chunks.get(kept - 1)?.fill(0, within);
    }
    content.sizeBytes = sizeBytes;
  }

  flush(): void {
    this.#opened();
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#onClose();
  }

  #opened(): MemoryContent {
    if (!this.#open) throw new EngineError("internal", "the file is closed");
    return this.#content;
  }
}

function writeChunk(content: MemoryContent, index: number, within: number, bytes: Uint8Array): void {
  const chunk = content.chunks.get(index);
  if (chunk !== undefined) {
    if (bytes.byteLength === CHUNK_BYTES && isAllZero(bytes)) content.chunks.delete(index);
    else chunk.set(bytes, within);
    return;
  }
  if (isAllZero(bytes)) return;
  try {
    const fresh = new Uint8Array(CHUNK_BYTES);
    fresh.set(bytes, within);
    content.chunks.set(index, fresh);
  } catch (cause) {
    // The engine's own "Array buffer allocation failed" is a RangeError.
    throw new EngineError("out-of-space", "no space left in memory", { cause });
  }
}
