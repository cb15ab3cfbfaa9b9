// hda: a 64 GiB address space into which layers are mapped while something uses them. The guest adds a partition over a
// layer's range (BLKPG) and mounts it. What no layer covers reads as zeros; writes are dropped, for layers never change.

import { EngineError } from "../base/errors.ts";
import type { LayerSource } from "../store/layer-source.ts";
import type { BlockDevice } from "./block-device.ts";

const MIB = 1_048_576;

export interface LayerRange {
  readonly startByte: number;
  readonly lengthBytes: number;
}

interface Placement extends LayerRange {
  readonly key: string;
  readonly source: LayerSource;
  users: number;
}

export class LayerDisk implements BlockDevice {
  readonly byteLength: number;
  /** Sorted by start; ranges do not overlap. */
  readonly #placements: Placement[] = [];
  readonly #byKey = new Map<string, Placement>();

  constructor(byteLength = 64 * 1024 * MIB) {
    this.byteLength = byteLength;
  }

  /**
   * Maps `source` at a multiple of 1 MiB, from 1 MiB on; the same key again gives the same range. Each call wants one `release`.
   * Throws EngineError("invalid-argument" | "out-of-space").
   */
  place(source: LayerSource, key: string): LayerRange {
    const known = this.#byKey.get(key);
    if (known !== undefined) {
      known.users++;
      return { startByte: known.startByte, lengthBytes: known.lengthBytes };
    }
    const lengthBytes = source.sizeBytes;
    if (!Number.isSafeInteger(lengthBytes) || lengthBytes <= 0 || lengthBytes % 4096 !== 0)
      throw new EngineError("invalid-argument", `layer ${key} has an impossible size: ${lengthBytes}`);
    const { startByte, index } = this.#firstFit(lengthBytes, key);
    const placement: Placement = { key, source, startByte, lengthBytes, users: 1 };
    this.#placements.splice(index, 0, placement);
    this.#byKey.set(key, placement);
    return { startByte, lengthBytes };
  }

  /** Frees the range with the last user. True when it did; false also for a key that is not placed. */
  release(key: string): boolean {
    const placement = this.#byKey.get(key);
    if (placement === undefined) return false;
    placement.users--;
    if (placement.users > 0) return false;
    this.#byKey.delete(key);
    this.#placements.splice(this.#placements.indexOf(placement), 1);
    return true;
  }

  /** How many `place` calls are not released yet. */
  usersOf(key: string): number {
    return this.#byKey.get(key)?.users ?? 0;
  }

  read(offset: number, lengthBytes: number): Uint8Array | Promise<Uint8Array> {
    this.#checkRange(offset, lengthBytes);
    const first = this.#at(offset);
    if (first !== undefined && offset >= first.startByte && offset + lengthBytes <= endOf(first)) {
      const from = offset - first.startByte;
      return first.source.readNow?.(from, lengthBytes) ?? readExactly(first, from, lengthBytes);
    }
    return this.#gather(offset, lengthBytes);
  }

  write(offset: number, bytes: Uint8Array): void {
    this.#checkRange(offset, bytes.byteLength);
  }

  /** A read that crosses the border of a range. */
  #gather(offset: number, lengthBytes: number): Uint8Array | Promise<Uint8Array> {
    const whole = new Uint8Array(lengthBytes);
    const waits: Promise<void>[] = [];
    for (const placement of this.#placements) {
      const start = Math.max(offset, placement.startByte);
      const end = Math.min(offset + lengthBytes, endOf(placement));
      if (start >= end) continue;
      const from = start - placement.startByte;
      const now = placement.source.readNow?.(from, end - start);
      if (now !== undefined) whole.set(now, start - offset);
      else
        waits.push(
          readExactly(placement, from, end - start).then((bytes) => whole.set(bytes, start - offset)),
        );
    }
    return waits.length === 0 ? whole : Promise.all(waits).then(() => whole);
  }

  /** The placement that covers `offset`, by binary search. */
  #at(offset: number): Placement | undefined {
    let low = 0;
    let high = this.#placements.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const placement = this.#placements[middle];
      if (placement === undefined) return undefined;
      if (offset < placement.startByte) high = middle;
      else if (offset >= endOf(placement)) low = middle + 1;
      else return placement;
    }
    return undefined;
  }

  #firstFit(lengthBytes: number, key: string): { startByte: number; index: number } {
    let startByte = MIB;
    let index = 0;
    for (const placement of this.#placements) {
      if (startByte + lengthBytes <= placement.startByte) return { startByte, index };
      startByte = Math.ceil(endOf(placement) / MIB) * MIB;
      index++;
    }
    if (startByte + lengthBytes > this.byteLength)
      throw new EngineError(
        "out-of-space",
        `no room on the layer disk for layer ${key} (${lengthBytes} bytes)`,
      );
    return { startByte, index };
  }

  #checkRange(offset: number, lengthBytes: number): void {
    if (offset < 0 || lengthBytes < 0 || offset + lengthBytes > this.byteLength)
      throw new EngineError(
        "invalid-argument",
        `outside of the layer disk: ${lengthBytes} bytes at ${offset}`,
      );
  }
}

function endOf(range: LayerRange): number {
  return range.startByte + range.lengthBytes;
}

async function readExactly(placement: Placement, from: number, lengthBytes: number): Promise<Uint8Array> {
  const bytes = await placement.source.read(from, lengthBytes);
  if (bytes.byteLength !== lengthBytes)
    throw new EngineError(
      "corrupt",
      `layer ${placement.key} gave ${bytes.byteLength} of ${lengthBytes} bytes`,
    );
  return bytes;
}
