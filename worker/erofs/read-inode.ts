// Reads what an EROFS image's structures say: superblock, compact and extended inodes, xattr areas, directory blocks.
// The counterpart of erofs-format.ts; also reads uncompressed images that mkfs.erofs made.

import { EngineError } from "../base/errors.ts";
import { decodePath } from "../tar/path-bytes.ts";
import {
  compactInodeBytes,
  direntBytes,
  direntTypes,
  extendedInodeBytes,
  featureChunkedFile,
  type InodeKind,
  layoutChunked,
  layoutInline,
  layoutPlain,
  modeTypes,
  superblockMagic,
} from "./erofs-format.ts";
import { xattrHeaderBytes, xattrPrefixes } from "./xattr-table.ts";

export interface Superblock {
  readonly rootNid: number;
  readonly metaBlock: number;
  readonly xattrBlock: number;
  readonly buildTimeSec: number;
  readonly buildTimeNsec: number;
}

export interface Inode {
  readonly kind: InodeKind;
  readonly layout: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeSec: number;
  readonly mtimeNsec: number;
  readonly sizeBytes: number;
  readonly linkCount: number;
  readonly union: number;
  /** Of the inode itself, 32 or 64; its xattr area follows, then its tail or block map. */
  readonly inodeBytes: number;
  readonly xattrBytes: number;
}

export function corruptImage(why: string): EngineError {
  return new EngineError("corrupt", `Invalid EROFS image: ${why}`);
}

/** `bytes` begin at byte 1024 of the image. Throws EngineError("corrupt"), also for features this cannot read. */
export function parseSuperblock(bytes: Uint8Array): Superblock {
  const view = viewOf(bytes);
  if (view.getUint32(0, true) !== superblockMagic) throw corruptImage("no superblock");
  if (view.getUint8(12) !== 12) throw corruptImage("blocks that are not 4096 bytes");
  if ((view.getUint32(80, true) & ~featureChunkedFile) !== 0) throw corruptImage("unsupported features");
  return {
    rootNid: view.getUint16(14, true),
    metaBlock: view.getUint32(40, true),
    xattrBlock: view.getUint32(44, true),
    buildTimeSec: Number(view.getBigInt64(24, true)),
    buildTimeNsec: view.getUint32(32, true),
  };
}

const kindsByType = new Map(
  Object.entries(modeTypes).map(([kind, type]) => [type as number, kind as InodeKind]),
);

/** `bytes` begin with the inode; 64 bytes are enough. Throws EngineError("corrupt"). */
export function parseInode(bytes: Uint8Array, superblock: Superblock): Inode {
  const view = viewOf(bytes);
  const format = view.getUint16(0, true);
  const isExtended = (format & 1) === 1;
  const layout = (format >> 1) & 7;
  if (layout !== layoutPlain && layout !== layoutInline && layout !== layoutChunked) {
    throw corruptImage("an unsupported data layout");
  }
  const mode = view.getUint16(4, true);
  const kind = kindsByType.get(mode & 0o170000);
  if (kind === undefined) throw corruptImage("an inode of unknown type");
  const xattrCount = view.getUint16(2, true);
  const sizeBytes = isExtended ? Number(view.getBigUint64(8, true)) : view.getUint32(8, true);
  if (!Number.isSafeInteger(sizeBytes)) throw corruptImage("a file that is too large");
  return {
    kind,
    layout,
    mode: mode & 0o7777,
    uid: isExtended ? view.getUint32(24, true) : view.getUint16(24, true),
    gid: isExtended ? view.getUint32(28, true) : view.getUint16(26, true),
    mtimeSec: isExtended ? Number(view.getBigInt64(32, true)) : superblock.buildTimeSec,
    mtimeNsec: isExtended ? view.getUint32(40, true) : superblock.buildTimeNsec,
    sizeBytes,
    linkCount: isExtended ? view.getUint32(44, true) : view.getUint16(6, true),
    union: view.getUint32(16, true),
    inodeBytes: isExtended ? extendedInodeBytes : compactInodeBytes,
    xattrBytes: xattrCount === 0 ? 0 : xattrHeaderBytes + 4 * (xattrCount - 1),
  };
}

export interface ImageDirent {
  readonly name: string;
  readonly nid: number;
  readonly kind: InodeKind;
}

const kindsByDirent = new Map(Object.entries(direntTypes).map(([kind, type]) => [type, kind as InodeKind]));

/** The entries of one directory block, which is shorter than 4096 bytes when it is the last. Throws EngineError("corrupt"). */
export function parseDirectoryBlock(block: Uint8Array): ImageDirent[] {
  const view = viewOf(block);
  const namesAt = block.byteLength < direntBytes ? 0 : view.getUint16(8, true);
  if (namesAt < direntBytes || namesAt % direntBytes !== 0 || namesAt > block.byteLength) {
    throw corruptImage("a bad directory");
  }
  const entries: ImageDirent[] = [];
  for (let at = 0; at < namesAt; at += direntBytes) {
    const start = view.getUint16(at + 8, true);
    const end = at + direntBytes < namesAt ? view.getUint16(at + direntBytes + 8, true) : block.byteLength;
    const kind = kindsByDirent.get(view.getUint8(at + 10));
    const nid = Number(view.getBigUint64(at, true));
    if (
      start < namesAt ||
      end <= start ||
      end > block.byteLength ||
      kind === undefined ||
      !Number.isSafeInteger(nid)
    ) {
      throw corruptImage("a bad directory entry");
    }
    const padded = block.subarray(start, end);
    const nul = padded.indexOf(0);
    const name = decodePath(nul < 0 ? padded : padded.subarray(0, nul));
    if (name === "" || name.includes("/")) throw corruptImage("a bad file name");
    entries.push({ name, nid, kind });
  }
  return entries;
}

export interface XattrArea {
  readonly sharedIds: readonly number[];
  readonly xattrs: ReadonlyMap<string, Uint8Array>;
}

/** The area behind an inode. Throws EngineError("corrupt"). */
export function parseXattrArea(area: Uint8Array): XattrArea {
  const count = area[4] ?? 0;
  let at = xattrHeaderBytes + 4 * count;
  if (at > area.byteLength) throw corruptImage("bad extended attributes");
  const view = viewOf(area);
  const sharedIds = Array.from({ length: count }, (_, index) =>
    view.getUint32(xattrHeaderBytes + 4 * index, true),
  );
  const xattrs = new Map<string, Uint8Array>();
  while (at < area.byteLength) {
    const { name, value, entryBytes } = parseXattr(area.subarray(at));
    xattrs.set(name, value);
    at += entryBytes;
  }
  return { sharedIds, xattrs };
}

/** The entry at the start of `bytes`. Throws EngineError("corrupt"). */
export function parseXattr(bytes: Uint8Array): { name: string; value: Uint8Array; entryBytes: number } {
  const nameBytes = bytes[0] ?? 0;
  const valueBytes = (bytes[2] ?? 0) | ((bytes[3] ?? 0) << 8);
  const space = xattrPrefixes.find(({ index }) => index === bytes[1]);
  const valueAt = 4 + nameBytes;
  const end = valueAt + valueBytes;
  if (space === undefined || end > bytes.byteLength) throw corruptImage("a bad extended attribute");
  return {
    name: space.prefix + decodePath(bytes.subarray(4, valueAt)),
    value: bytes.slice(valueAt, end),
    entryBytes: Math.ceil(end / 4) * 4,
  };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
