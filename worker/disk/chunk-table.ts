// Which slot of the file holds which chunk of a ChunkDisk, kept in the file and in memory.
// Header, 4096 bytes: "SLIPDSK1", u32 chunk size, u32 0, u64 disk size (all LE). It is written last when a disk is made, so a
// file without it was never finished.

import { EngineError } from "../base/errors.ts";
import type { ByteFile } from "../store/byte-file.ts";
import { isAllZero } from "../store/zero-bytes.ts";

export const CHUNK_BYTES = 65_536;
const HEADER_BYTES = 4096;
const MAGIC = new TextEncoder().encode("SLIPDSK1");
/** 1 TiB: a table of 64 MiB. */
const MAX_DISK_BYTES = 2 ** 40;

export class ChunkTable {
  readonly byteLength: number;
  readonly #file: ByteFile;
  readonly #slots: Uint32Array;
  readonly #free: number[] = [];
  #nextSlot = 1;

  constructor(file: ByteFile, byteLength: number, slots: Uint32Array) {
    this.#file = file;
    this.byteLength = byteLength;
    this.#slots = slots;
    this.#findFreeSlots();
  }

  get usedSlots(): number {
    return this.#nextSlot - 1 - this.#free.length;
  }

  /** Where a chunk's bytes are in the file; undefined when it is all zeros. */
  positionOf(chunk: number): number | undefined {
    const slot = this.#slots[chunk] ?? 0;
    return slot === 0 ? undefined : this.positionOfSlot(slot);
  }

  positionOfSlot(slot: number): number {
    return dataStart(this.byteLength) + (slot - 1) * CHUNK_BYTES;
  }

  /** A slot that no chunk has; it stays free until it is assigned. */
  freeSlot(): number {
    return this.#free[this.#free.length - 1] ?? this.#nextSlot;
  }

  assign(chunk: number, slot: number): void {
    this.#store(chunk, slot);
    if (slot === this.#nextSlot) this.#nextSlot++;
    else this.#free.splice(this.#free.lastIndexOf(slot), 1);
  }

  release(chunk: number): void {
    const slot = this.#slots[chunk] ?? 0;
    if (slot === 0) return;
    this.#store(chunk, 0);
    this.#free.push(slot);
  }

  /** Makes a new disk valid: its content first, then the header. */
  seal(): void {
    this.#file.flush();
    const header = new Uint8Array(HEADER_BYTES);
    header.set(MAGIC);
    const view = new DataView(header.buffer);
    view.setUint32(8, CHUNK_BYTES, true);
    view.setBigUint64(16, BigInt(this.byteLength), true);
    this.#file.writeAt(0, header);
    this.#file.flush();
  }

  #store(chunk: number, slot: number): void {
    const entry = new Uint8Array(4);
    new DataView(entry.buffer).setUint32(0, slot, true);
    this.#file.writeAt(HEADER_BYTES + chunk * 4, entry);
    this.#slots[chunk] = slot;
  }

  #findFreeSlots(): void {
    const limit = this.#slots.length;
    const used = new Uint8Array(limit + 1);
    for (const slot of this.#slots) {
      if (slot === 0) continue;
      if (slot > limit || used[slot] === 1 || this.positionOfSlot(slot) >= this.#file.sizeBytes)
        throw new EngineError("corrupt", `the data disk's table is damaged: slot ${slot}`);
      used[slot] = 1;
      this.#nextSlot = Math.max(this.#nextSlot, slot + 1);
    }
    for (let slot = this.#nextSlot - 1; slot > 0; slot--) if (used[slot] === 0) this.#free.push(slot);
  }
}

/** The table of the disk in `file`; undefined when the file holds none yet. Throws EngineError("corrupt"). */
export function openChunkTable(file: ByteFile): ChunkTable | undefined {
  const header = new Uint8Array(HEADER_BYTES);
  file.readAt(0, header);
  if (isAllZero(header)) return undefined;
  const view = new DataView(header.buffer);
  if (MAGIC.some((byte, index) => header[index] !== byte) || view.getUint32(8, true) !== CHUNK_BYTES)
    throw new EngineError("corrupt", "the data disk's file is damaged or of another version");
  const byteLength = Number(view.getBigUint64(16, true));
  if (byteLength === 0 || byteLength % 512 !== 0 || byteLength > MAX_DISK_BYTES)
    throw new EngineError("corrupt", `the data disk claims an impossible size: ${byteLength}`);
  const bytes = new Uint8Array(chunkCount(byteLength) * 4);
  if (file.readAt(HEADER_BYTES, bytes) !== bytes.byteLength)
    throw new EngineError("corrupt", "the data disk's file is cut off");
  return new ChunkTable(file, byteLength, slotsOf(bytes));
}

/** Empties `file` and makes it a disk of zeros, valid once sealed. */
export function createChunkTable(file: ByteFile, byteLength: number): ChunkTable {
  if (!Number.isSafeInteger(byteLength) || byteLength <= 0 || byteLength > MAX_DISK_BYTES)
    throw new EngineError("invalid-argument", `not a size for a disk: ${byteLength}`);
  file.truncate(0);
  file.truncate(dataStart(byteLength));
  return new ChunkTable(file, byteLength, new Uint32Array(chunkCount(byteLength)));
}

function slotsOf(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const slots = new Uint32Array(bytes.byteLength / 4);
  for (let index = 0; index < slots.length; index++) slots[index] = view.getUint32(index * 4, true);
  return slots;
}

function chunkCount(byteLength: number): number {
  return Math.ceil(byteLength / CHUNK_BYTES);
}

/** On a boundary of 64 KiB, so that a slot never straddles two of a sparse file's own chunks. */
function dataStart(byteLength: number): number {
  return Math.ceil((HEADER_BYTES + chunkCount(byteLength) * 4) / CHUNK_BYTES) * CHUNK_BYTES;
}
