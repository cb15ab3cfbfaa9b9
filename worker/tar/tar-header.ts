// The 512-byte header block: v7, ustar and GNU. Field offsets from POSIX.1-2017 pax, "ustar Interchange Format", and the
// GNU tar manual, "Basic Tar Format".

import { EngineError } from "../base/errors.ts";
import { decodePath } from "./path-bytes.ts";
import { readTarNumber } from "./tar-number.ts";

export const tarBlockBytes = 512;

export interface TarHeader {
  readonly path: string;
  /** One character; "0" for v7's NUL. */
  readonly typeFlag: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly sizeBytes: number;
  readonly mtimeSec: number;
  readonly linkPath: string;
  readonly userName: string;
  readonly groupName: string;
  readonly deviceMajor: number;
  readonly deviceMinor: number;
}

/** Undefined for a block of zeros. Throws EngineError("corrupt") for a wrong checksum or a bad field. */
export function parseTarHeader(block: Uint8Array): TarHeader | undefined {
  const sum = checksums(block);
  if (sum.isZero) return undefined;
  const stored = readTarNumber(block, 148, 8, "checksum");
  if (stored !== sum.unsigned && stored !== sum.signed) {
    throw new EngineError("corrupt", "Invalid tar header: the checksum does not match");
  }
  const isUstar = text(block, 257, 5) === "ustar";
  const isGnu = isUstar && block[262] === 0x20;
  const name = text(block, 0, 100);
  // star keeps times in the last 24 bytes of the prefix.
  const isStar = text(block, 508, 4) === "tar";
  const prefix = isUstar && !isGnu ? text(block, 345, isStar ? 131 : 155) : "";
  const typeFlag = block[156] === 0 ? "0" : String.fromCharCode(block[156]!);
  const sizeBytes = readTarNumber(block, 124, 12, "size");
  if (sizeBytes < 0) throw new EngineError("corrupt", "Invalid tar header: negative size");
  const isDevice = isUstar && (typeFlag === "3" || typeFlag === "4");
  return {
    path: prefix === "" ? name : `${prefix}/${name}`,
    typeFlag,
    mode: readTarNumber(block, 100, 8, "mode") & 0o7777,
    uid: readTarNumber(block, 108, 8, "uid"),
    gid: readTarNumber(block, 116, 8, "gid"),
    sizeBytes,
    mtimeSec: readTarNumber(block, 136, 12, "mtime"),
    linkPath: text(block, 157, 100),
    userName: isUstar ? text(block, 265, 32) : "",
    groupName: isUstar ? text(block, 297, 32) : "",
    deviceMajor: isDevice ? readTarNumber(block, 329, 8, "device") : 0,
    deviceMinor: isDevice ? readTarNumber(block, 337, 8, "device") : 0,
  };
}

/** The checksum of a header whose checksum field is taken as spaces. */
export function tarChecksum(block: Uint8Array): number {
  return checksums(block).unsigned;
}

function checksums(block: Uint8Array): { unsigned: number; signed: number; isZero: boolean } {
  let all = 0;
  let negative = 0;
  for (let i = 0; i < tarBlockBytes; i++) {
    const byte = block[i]!;
    all += byte;
    negative += byte >> 7;
  }
  let field = 0;
  let negativeField = 0;
  for (let i = 148; i < 156; i++) {
    field += block[i]!;
    negativeField += block[i]! >> 7;
  }
  const unsigned = all - field + 8 * 0x20;
  return { unsigned, signed: unsigned - 256 * (negative - negativeField), isZero: all === 0 };
}

function text(block: Uint8Array, at: number, length: number): string {
  let end = at;
  while (end < at + length && block[end] !== 0) end++;
  return decodePath(block, at, end);
}
