// The on-disk format of EROFS without compression, as Linux 6.1 mounts it: superblock, inodes, numbers.
// https://docs.kernel.org/filesystems/erofs.html and the kernel's fs/erofs/erofs_fs.h. Everything is little-endian.

import { crc32c } from "./crc32c.ts";

export const blockBytes = 4096;
export const superblockOffset = 1024;
export const superblockBytes = 128;
export const superblockMagic = 0xe0f5_e1e2;
/** The superblock's feature_compat bits: its checksum is valid (1), inodes have the time of modification (2). */
const featureCompat = 1 | 2;
/** feature_incompat bits that an uncompressed image may have: chunk-based files (0x4). */
export const featureChunkedFile = 4;

/** Inodes are addressed in units of 32 bytes from the metadata's start. */
export const slotBytes = 32;
export const compactInodeBytes = 32;
export const extendedInodeBytes = 64;
export const direntBytes = 12;
/** Where nlink is in an extended inode. */
export const extendedNlinkOffset = 44;

export const layoutPlain = 0;
export const layoutInline = 2;
export const layoutChunked = 4;

/** File types of st_mode, by kind. */
export const modeTypes = {
  file: 0o100000,
  directory: 0o040000,
  symlink: 0o120000,
  char: 0o020000,
  block: 0o060000,
  fifo: 0o010000,
} as const;

export type InodeKind = keyof typeof modeTypes;

/** File types of a directory entry, by kind. */
export const direntTypes: Readonly<Record<InodeKind, number>> = {
  file: 1,
  directory: 2,
  char: 3,
  block: 4,
  fifo: 5,
  symlink: 7,
};

export interface InodeFields {
  readonly kind: InodeKind;
  readonly layout: number;
  /** Permission, set-id and sticky bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeSec: number;
  readonly mtimeNsec: number;
  readonly sizeBytes: number;
  readonly linkCount: number;
  /** The first data block, the device number, or the chunk format. */
  readonly union: number;
  readonly serial: number;
  /** Bytes of the xattr area that follows; 0 or at least 16. */
  readonly xattrBytes: number;
}

/** A whole number in 64 bits, in two's complement when negative. */
export function putUint64(view: DataView, at: number, value: number): void {
  view.setUint32(at, value % 2 ** 32, true);
  view.setUint32(at + 4, Math.floor(value / 2 ** 32), true);
}

/** Writes an extended inode at `at`. */
export function putInode(into: Uint8Array, at: number, inode: InodeFields): void {
  const view = new DataView(into.buffer, into.byteOffset + at, extendedInodeBytes);
  view.setUint16(0, (inode.layout << 1) | 1, true);
  view.setUint16(2, inode.xattrBytes === 0 ? 0 : (inode.xattrBytes - 12) / 4 + 1, true);
  view.setUint16(4, modeTypes[inode.kind] | inode.mode, true);
  putUint64(view, 8, inode.sizeBytes);
  view.setUint32(16, inode.union, true);
  view.setUint32(20, inode.serial, true);
  view.setUint32(24, inode.uid, true);
  view.setUint32(28, inode.gid, true);
  putUint64(view, 32, inode.mtimeSec);
  view.setUint32(40, inode.mtimeNsec, true);
  view.setUint32(extendedNlinkOffset, inode.linkCount, true);
}

/** Linux's 32-bit device number. */
export function encodeDevice(major: number, minor: number): number {
  return ((minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12)) >>> 0;
}

export function decodeDevice(device: number): { major: number; minor: number } {
  return { major: (device >>> 8) & 0xfff, minor: (device & 0xff) | ((device >>> 12) & 0xfff00) };
}

export interface SuperblockFields {
  readonly rootNid: number;
  readonly inodeCount: number;
  readonly blockCount: number;
  /** First block of the shared xattrs; 0 when there are none. */
  readonly xattrBlock: number;
  readonly hasChunkedFiles: boolean;
  readonly uuid: Uint8Array;
}

/** Writes the superblock into the image's first block, and the checksum over all of that block from byte 1024. */
export function putSuperblock(block: Uint8Array, fields: SuperblockFields): void {
  const view = new DataView(block.buffer, block.byteOffset + superblockOffset, superblockBytes);
  view.setUint32(0, superblockMagic, true);
  view.setUint32(4, 0, true);
  view.setUint32(8, featureCompat, true);
  view.setUint8(12, Math.log2(blockBytes));
  view.setUint16(14, fields.rootNid, true);
  view.setBigUint64(16, BigInt(fields.inodeCount), true);
  view.setUint32(36, fields.blockCount, true);
  // meta_blkaddr stays 0: inodes are addressed from the image's start.
  view.setUint32(40, 0, true);
  view.setUint32(44, fields.xattrBlock, true);
  block.set(fields.uuid.subarray(0, 16), superblockOffset + 48);
  view.setUint32(80, fields.hasChunkedFiles ? featureChunkedFile : 0, true);
  view.setUint32(4, crc32c(block.subarray(superblockOffset, blockBytes)), true);
}
