// Where a sparse file's stored bytes belong. Four forms exist (GNU tar manual, "Storing Sparse Files"): the old GNU header
// with extension blocks, and pax 0.0, 0.1 and 1.0; the last keeps its map in front of the file's data.

import { EngineError } from "../base/errors.ts";
import { decodePath } from "./path-bytes.ts";
import { readTarNumber } from "./tar-number.ts";

export interface SparseRegion {
  readonly offset: number;
  readonly lengthBytes: number;
}

/** More regions than any file has that a tool wrote; bounds the memory an archive can ask for. */
const maxRegions = 262_144;
const oldRegionBytes = 24;

/** Checks that regions ascend, lie inside the file and add up to the stored bytes. Throws EngineError("corrupt"). */
export function checkSparseMap(
  regions: readonly SparseRegion[],
  sizeBytes: number,
  storedBytes: number,
): void {
  let end = 0;
  let stored = 0;
  for (const region of regions) {
    if (region.offset < end || region.lengthBytes < 0) throw invalid("its regions overlap");
    end = region.offset + region.lengthBytes;
    if (end > sizeBytes) throw invalid("a region lies outside the file");
    stored += region.lengthBytes;
  }
  if (stored !== storedBytes) throw invalid("its regions do not add up to the stored size");
}

/** The regions of an old GNU header (4 at byte 386) or extension block (21 at byte 0), added to `regions`; whether another block follows. */
export function readOldSparseBlock(block: Uint8Array, isHeader: boolean, regions: SparseRegion[]): boolean {
  const [start, count] = isHeader ? [386, 4] : [0, 21];
  for (let i = 0; i < count; i++) {
    const at = start + i * oldRegionBytes;
    if (block[at] === 0) break;
    addRegion(
      regions,
      readTarNumber(block, at, 12, "sparse offset"),
      readTarNumber(block, at + 12, 12, "sparse length"),
    );
  }
  return block[isHeader ? 482 : 504] !== 0;
}

/** The size of the whole file in an old GNU sparse header. */
export function readOldSparseSize(header: Uint8Array): number {
  return readTarNumber(header, 483, 12, "sparse size");
}

/** pax 0.0 and 0.1: offsets and lengths in turn. */
export function readPaxSparseNumbers(numbers: readonly string[]): SparseRegion[] {
  if (numbers.length % 2 !== 0) throw invalid("an offset without a length");
  const regions: SparseRegion[] = [];
  for (let i = 0; i < numbers.length; i += 2) {
    addRegion(regions, parseDecimal(numbers[i]!), parseDecimal(numbers[i + 1]!));
  }
  return regions;
}

/** pax 1.0: decimal lines in front of the data, the count first, padded to a whole block. */
export class SparseMapReader {
  readonly regions: SparseRegion[] = [];
  #expected: number | undefined;
  #offset: number | undefined;
  readonly #digits: number[] = [];

  /** Takes one 512-byte block; true when the map is complete. Throws EngineError("corrupt"). */
  push(block: Uint8Array): boolean {
    for (const byte of block) {
      if (byte === 0x0a) {
        this.#number(parseDecimal(decodePath(Uint8Array.from(this.#digits))));
        this.#digits.length = 0;
        if (this.regions.length === this.#expected) return true;
      } else if (this.#digits.push(byte) > 20) {
        throw invalid("bad number");
      }
    }
    return false;
  }

  #number(value: number): void {
    if (this.#expected === undefined) {
      if (value > maxRegions) throw invalid("too many regions");
      this.#expected = value;
    } else if (this.#offset === undefined) {
      this.#offset = value;
    } else {
      addRegion(this.regions, this.#offset, value);
      this.#offset = undefined;
    }
  }
}

function addRegion(regions: SparseRegion[], offset: number, lengthBytes: number): void {
  if (regions.length >= maxRegions) throw invalid("too many regions");
  regions.push({ offset, lengthBytes });
}

function parseDecimal(text: string): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw invalid("bad number");
  return value;
}

function invalid(why: string): EngineError {
  return new EngineError("corrupt", `Invalid sparse map: ${why}`);
}
