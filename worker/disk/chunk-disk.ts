// hdb: a disk of a fixed size of which only the 64 KiB chunks that were ever written take room in one file.
// File: header, then a table with the slot of every chunk (u32 LE, 0 = none), then the slots. A new chunk's content is written
// before its table entry: a process killed in between leaves the chunk as it was. Nothing is buffered here.

import { EngineError } from "../base/errors.ts";
import type { ByteFile } from "../store/byte-file.ts";
import { isAllZero } from "../store/zero-bytes.ts";
import { type BlockDevice, SECTOR_BYTES } from "./block-device.ts";
import { CHUNK_BYTES, type ChunkTable, createChunkTable, openChunkTable } from "./chunk-table.ts";

/** What a new disk holds: the blocks of a formatted, empty file system that are not zeros. */
export interface DiskTemplate {
  readonly byteLength: number;
  /** Ascending, not overlapping. */
  readonly extents: readonly { readonly offset: number; readonly bytes: Uint8Array }[];
}

export class ChunkDisk implements BlockDevice {
  readonly byteLength: number;
  readonly #file: ByteFile;
  readonly #table: ChunkTable;
  #unflushed = false;

  private constructor(file: ByteFile, table: ChunkTable) {
    this.#file = file;
    this.#table = table;
    this.byteLength = table.byteLength;
  }

  /**
   * Opens the disk in `file`. An empty file, or one whose making was cut short, is made anew from the template.
   * The size of an existing disk is its own. Throws EngineError("corrupt" | "out-of-space").
   */
  static open(file: ByteFile, template: DiskTemplate): ChunkDisk {
    const existing = ChunkDisk.reopen(file);
    if (existing !== undefined) return existing;
    if (template.byteLength % SECTOR_BYTES !== 0)
      throw new EngineError("invalid-argument", "the disk's size is not a multiple of 512");
    const table = createChunkTable(file, template.byteLength);
    const disk = new ChunkDisk(file, table);
    for (const extent of template.extents) disk.write(extent.offset, extent.bytes);
    table.seal();
    return disk;
  }

  /** The disk in `file`; undefined when there is none yet. Throws EngineError("corrupt"). */
  static reopen(file: ByteFile): ChunkDisk | undefined {
    const existing = openChunkTable(file);
    return existing && new ChunkDisk(file, existing);
  }

  /** Chunks that take room in the file. */
  get usedBytes(): number {
    return this.#table.usedSlots * CHUNK_BYTES;
  }

  read(offset: number, lengthBytes: number): Uint8Array {
    const bytes = new Uint8Array(lengthBytes);
    this.readInto(offset, bytes);
    return bytes;
  }

  /** Fills `into`. */
  readInto(offset: number, into: Uint8Array): void {
    this.#checkRange(offset, into.byteLength);
    for (let done = 0; done < into.byteLength; ) {
      const within = (offset + done) % CHUNK_BYTES;
      const length = Math.min(CHUNK_BYTES - within, into.byteLength - done);
      const part = into.subarray(done, done + length);
      const position = this.#table.positionOf((offset + done - within) / CHUNK_BYTES);
      // The file may end inside its last slot: what lies behind was never written.
      const count = position === undefined ? 0 : this.#file.readAt(position + within, part);
      if (count < length) part.fill(0, count);
      done += length;
    }
  }

  write(offset: number, bytes: Uint8Array): void {
    this.#checkRange(offset, bytes.byteLength);
    this.#unflushed = true;
    for (let done = 0; done < bytes.byteLength; ) {
      const within = (offset + done) % CHUNK_BYTES;
      const length = Math.min(CHUNK_BYTES - within, bytes.byteLength - done);
      this.#writeChunk((offset + done - within) / CHUNK_BYTES, within, bytes.subarray(done, done + length));
      done += length;
    }
  }

  /** Forces everything written so far to the medium; the IDE model passes no flush on, so whoever owns the disk calls this on a timer. */
  flush(): void {
    if (!this.#unflushed) return;
    this.#unflushed = false;
    this.#file.flush();
  }

  #writeChunk(index: number, within: number, bytes: Uint8Array): void {
    const position = this.#table.positionOf(index);
    if (position !== undefined) {
      if (bytes.byteLength === CHUNK_BYTES && isAllZero(bytes)) this.#table.release(index);
      else this.#file.writeAt(position + within, bytes);
      return;
    }
    if (isAllZero(bytes)) return;
    const slot = this.#table.freeSlot();
    const start = this.#table.positionOfSlot(slot);
    if (start >= this.#file.sizeBytes) {
      this.#file.writeAt(start + within, bytes);
    } else {
      // A slot used before, or left over from a killed process: its old content must not show through.
      const chunk = new Uint8Array(CHUNK_BYTES);
      chunk.set(bytes, within);
      this.#file.writeAt(start, chunk);
    }
    this.#table.assign(index, slot);
  }

  #checkRange(offset: number, lengthBytes: number): void {
    if (!Number.isSafeInteger(offset) || offset < 0 || offset + lengthBytes > this.byteLength)
      throw new EngineError("invalid-argument", `outside of the disk: ${lengthBytes} bytes at ${offset}`);
  }
}
