// A tar reader that bytes are pushed into. It calls back synchronously and copies no file data, so that it runs at the
// speed of memory: no promise per chunk. It resolves pax and GNU extensions; consumers see members only.

import { EngineError } from "../base/errors.ts";
import { decodePath } from "./path-bytes.ts";
import { PaxOverrides } from "./pax-overrides.ts";
import { parsePaxRecords } from "./pax-records.ts";
import { hasContent, resolveEntry } from "./resolve-entry.ts";
import {
  checkSparseMap,
  readOldSparseBlock,
  readOldSparseSize,
  SparseMapReader,
  type SparseRegion,
} from "./sparse-map.ts";
import type { TarEntry } from "./tar-entry.ts";
import { parseTarHeader, type TarHeader, tarBlockBytes } from "./tar-header.ts";
import { type TarLimits, tarLimits } from "./tar-limits.ts";
import { readPaxInteger } from "./tar-number.ts";

export interface TarHandler {
  /** A member begins. What it throws ends the reading. */
  entry(entry: TarEntry): void;
  /** The next bytes of the member's content: a view that is valid during the call only. */
  data(bytes: Uint8Array): void;
  /** The next `lengthBytes` bytes are zeros that a sparse file leaves out. Without it they arrive as data. */
  hole?(lengthBytes: number): void;
  /** The member is complete: all of `sizeBytes` has been handed over. */
  end(): void;
}

const noOverrides = new PaxOverrides();
const zeros = new Uint8Array(65_536);

/** What the bytes that come next are. */
type State = "header" | "extension" | "old-sparse" | "sparse-map" | "content" | "padding" | "end";

export class TarParser {
  readonly #handler: TarHandler;
  readonly #limits: Required<TarLimits>;
  readonly #block = new Uint8Array(tarBlockBytes);
  #blockFill = 0;
  #state: State = "header";
  #zeroBlocks = 0;

  readonly #global = new PaxOverrides();
  #local: PaxOverrides | undefined;
  #longPath: string | undefined;
  #longLink: string | undefined;
  #extension = { kind: "", bytes: new Uint8Array(0), fill: 0 };

  #entry: TarEntry | undefined;
  #regions: SparseRegion[] = [];
  #region = 0;
  #mapReader = new SparseMapReader();
  /** Stored bytes of the member still to come, without the padding. */
  #stored = 0;
  #padding = 0;
  /** Bytes of the member's content handed over. */
  #position = 0;

  constructor(handler: TarHandler, limits: TarLimits = {}) {
    this.#handler = handler;
    this.#limits = tarLimits(limits);
  }

  /** Takes the next bytes of the archive. Throws EngineError("corrupt") and whatever the handler throws. */
  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.byteLength; ) {
      switch (this.#state) {
        case "content":
          at += this.#takeContent(bytes, at);
          break;
        case "padding":
          at += this.#takePadding(bytes.byteLength - at);
          break;
        case "extension":
          at += this.#takeExtension(bytes, at);
          break;
        case "end":
          return;
        default:
          at += this.#takeBlock(bytes, at);
      }
    }
  }

  /** The archive has no more bytes. Throws EngineError("corrupt") when it stops in the middle of something. */
  finish(): void {
    const between = this.#state === "header" && this.#blockFill === 0 && !this.#hasPending();
    if (between || this.#state === "end") return;
    const where = this.#entry === undefined ? "" : ` in ${JSON.stringify(this.#entry.path)}`;
    throw new EngineError("corrupt", `unexpected EOF: the tar archive is cut off${where}`);
  }

  #hasPending(): boolean {
    return this.#local !== undefined || this.#longPath !== undefined || this.#longLink !== undefined;
  }

  #takeBlock(bytes: Uint8Array, at: number): number {
    const available = bytes.byteLength - at;
    if (this.#blockFill === 0 && available >= tarBlockBytes) {
      this.#readBlock(bytes.subarray(at, at + tarBlockBytes));
      return tarBlockBytes;
    }
    const count = Math.min(tarBlockBytes - this.#blockFill, available);
    this.#block.set(bytes.subarray(at, at + count), this.#blockFill);
    this.#blockFill += count;
    if (this.#blockFill === tarBlockBytes) {
      this.#blockFill = 0;
      this.#readBlock(this.#block);
    }
    return count;
  }

  #readBlock(block: Uint8Array): void {
    if (this.#state === "header") this.#readHeader(block);
    else if (this.#state === "old-sparse") {
      if (!readOldSparseBlock(block, false, this.#regions)) this.#beginContent();
    } else {
      this.#stored -= tarBlockBytes;
      if (this.#mapReader.push(block)) {
        this.#regions = this.#mapReader.regions;
        this.#beginContent();
      } else if (this.#stored < tarBlockBytes) {
        throw new EngineError("corrupt", "Invalid sparse map: it is longer than the member");
      }
    }
  }

  #readHeader(block: Uint8Array): void {
    const header = parseTarHeader(block);
    if (header === undefined) {
      if (this.#hasPending())
        throw new EngineError("corrupt", "unexpected EOF: a tar header extends nothing");
      this.#zeroBlocks++;
      if (this.#zeroBlocks === 2) this.#state = "end";
      return;
    }
    if (this.#zeroBlocks > 0) throw new EngineError("corrupt", "Invalid tar archive: a lone zero block");
    if ("xgLK".includes(header.typeFlag)) this.#beginExtension(header);
    else if (header.typeFlag === "V") this.#skip(header.sizeBytes);
    else this.#beginMember(header, block);
  }

  #beginExtension(header: TarHeader): void {
    if (header.sizeBytes > this.#limits.maxHeaderBytes) {
      throw new EngineError("corrupt", `Invalid tar header: an extended header of ${header.sizeBytes} bytes`);
    }
    this.#extension = { kind: header.typeFlag, bytes: new Uint8Array(header.sizeBytes), fill: 0 };
    this.#padding = paddingOf(header.sizeBytes);
    this.#state = "extension";
    if (header.sizeBytes === 0) this.#endExtension();
  }

  #takeExtension(bytes: Uint8Array, at: number): number {
    const { bytes: whole, fill } = this.#extension;
    const count = Math.min(whole.byteLength - fill, bytes.byteLength - at);
    whole.set(bytes.subarray(at, at + count), fill);
    this.#extension.fill = fill + count;
    if (this.#extension.fill === whole.byteLength) this.#endExtension();
    return count;
  }

  #endExtension(): void {
    const { kind, bytes } = this.#extension;
    if (kind === "L") this.#longPath = untilNul(bytes);
    else if (kind === "K") this.#longLink = untilNul(bytes);
    else {
      const overrides = kind === "g" ? this.#global : (this.#local ?? new PaxOverrides());
      overrides.add(parsePaxRecords(bytes));
      if (kind === "x") this.#local = overrides;
      else if (overrides.sizeBytes > this.#limits.maxHeaderBytes) {
        throw new EngineError("corrupt", "Invalid tar archive: too much in global pax headers");
      }
    }
    this.#state = this.#padding > 0 ? "padding" : "header";
  }

  #beginMember(header: TarHeader, block: Uint8Array): void {
    const overrides = (this.#local ?? noOverrides).over(this.#global);
    const entry = resolveEntry(header, overrides, this.#longPath, this.#longLink, this.#limits);
    this.#local = this.#longPath = this.#longLink = undefined;
    this.#region = this.#position = 0;
    const size = overrides.values.get("size");
    this.#stored = size === undefined ? header.sizeBytes : readPaxInteger(size, "size");
    if (this.#stored < 0) throw new EngineError("corrupt", "Invalid pax header: negative size");
    this.#padding = paddingOf(this.#stored);
    if (!hasContent(entry)) {
      // A GNU directory listing ("D") and a v7 directory have bytes that are no content; the size of others counts for nothing.
      this.#entry = entry;
      if (header.typeFlag !== "D" && header.typeFlag !== "0") this.#stored = this.#padding = 0;
      this.#handler.entry(entry);
      this.#endMember();
      return;
    }
    this.#beginFile(header, block, entry, overrides);
  }

  #beginFile(header: TarHeader, block: Uint8Array, entry: TarEntry, overrides: PaxOverrides): void {
    const sparse = overrides.sparse();
    if (header.typeFlag === "S") {
      this.#regions = [];
      this.#entry = { ...entry, sizeBytes: this.#sparseSize(readOldSparseSize(block)) };
      if (readOldSparseBlock(block, true, this.#regions)) this.#state = "old-sparse";
      else this.#beginContent();
    } else if (sparse) {
      this.#entry = { ...entry, sizeBytes: this.#sparseSize(readPaxInteger(sparse.size, "sparse size")) };
      this.#regions = sparse.regions ?? [];
      if (sparse.regions) this.#beginContent();
      else this.#beginSparseMap();
    } else {
      this.#entry = { ...entry, sizeBytes: this.#stored };
      this.#regions = [{ offset: 0, lengthBytes: this.#stored }];
      this.#beginContent();
    }
  }

  #sparseSize(sizeBytes: number): number {
    if (sizeBytes < 0) throw new EngineError("corrupt", "Invalid sparse map: negative size");
    if (sizeBytes > this.#limits.maxSparseBytes) {
      throw new EngineError("corrupt", `Invalid sparse map: a file of ${sizeBytes} bytes`);
    }
    return sizeBytes;
  }

  #beginSparseMap(): void {
    if (this.#stored < tarBlockBytes) throw new EngineError("corrupt", "Invalid sparse map: it is missing");
    this.#mapReader = new SparseMapReader();
    this.#state = "sparse-map";
  }

  #beginContent(): void {
    const entry = this.#entry!;
    checkSparseMap(this.#regions, entry.sizeBytes, this.#stored);
    this.#handler.entry(entry);
    this.#state = "content";
    if (this.#stored === 0) this.#endMember();
  }

  #takeContent(bytes: Uint8Array, at: number): number {
    let region = this.#regions[this.#region]!;
    while (this.#position >= region.offset + region.lengthBytes) region = this.#regions[++this.#region]!;
    if (this.#position < region.offset) this.#hole(region.offset - this.#position);
    const left = region.offset + region.lengthBytes - this.#position;
    const count = Math.min(left, bytes.byteLength - at);
    this.#handler.data(at === 0 && count === bytes.byteLength ? bytes : bytes.subarray(at, at + count));
    this.#position += count;
    this.#stored -= count;
    if (this.#stored === 0) this.#endMember();
    return count;
  }

  #endMember(): void {
    const { sizeBytes } = this.#entry!;
    if (this.#position < sizeBytes) this.#hole(sizeBytes - this.#position);
    this.#handler.end();
    this.#skip(this.#stored, this.#padding);
    if (this.#state === "header") this.#entry = undefined;
  }

  #hole(lengthBytes: number): void {
    this.#position += lengthBytes;
    if (this.#handler.hole) {
      this.#handler.hole(lengthBytes);
      return;
    }
    for (let left = lengthBytes; left > 0; left -= zeros.byteLength) {
      this.#handler.data(left < zeros.byteLength ? zeros.subarray(0, left) : zeros);
    }
  }

  #skip(sizeBytes: number, padding = paddingOf(sizeBytes)): void {
    this.#padding = sizeBytes + padding;
    this.#state = this.#padding > 0 ? "padding" : "header";
  }

  #takePadding(available: number): number {
    const count = Math.min(this.#padding, available);
    this.#padding -= count;
    if (this.#padding === 0) {
      this.#state = "header";
      this.#entry = undefined;
    }
    return count;
  }
}

function paddingOf(sizeBytes: number): number {
  const rest = sizeBytes % tarBlockBytes;
  return rest === 0 ? 0 : tarBlockBytes - rest;
}

function untilNul(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decodePath(end < 0 ? bytes : bytes.subarray(0, end));
}
