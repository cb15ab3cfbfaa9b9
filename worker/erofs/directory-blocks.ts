// Directory data: blocks of 12-byte entries followed by their names, the names in byte order over the whole directory so
// that the kernel can search by halves. The last block ends where its last name does.

import { blockBytes, direntBytes, putUint64 } from "./erofs-format.ts";

export interface Dirent {
  /** One character per byte (byteString()). */
  readonly name: string;
  readonly nid: number;
  readonly type: number;
}

/** Sorts as the kernel compares: by bytes, a prefix first. */
export function compareNames(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/** The size of the data of a directory with these names (one character per byte), in order. */
export function directoryBytes(names: readonly string[]): number {
  let fullBlocks = 0;
  let used = 0;
  for (const name of names) {
    const bytes = direntBytes + name.length;
    if (used + bytes > blockBytes) {
      fullBlocks++;
      used = 0;
    }
    used += bytes;
  }
  return fullBlocks * blockBytes + used;
}

/** The data itself, directoryBytes() long. `entries` are sorted, "." and ".." among them. */
export function encodeDirectory(entries: readonly Dirent[]): Uint8Array {
  const bytes = new Uint8Array(directoryBytes(entries.map((entry) => entry.name)));
  let blockAt = 0;
  for (let first = 0; first < entries.length; blockAt += blockBytes) {
    let used = 0;
    let end = first;
    for (; end < entries.length; end++) {
      const needed = direntBytes + entries[end]!.name.length;
      if (used + needed > blockBytes) break;
      used += needed;
    }
    putBlock(bytes.subarray(blockAt), entries, first, end);
    first = end;
  }
  return bytes;
}

function putBlock(block: Uint8Array, entries: readonly Dirent[], first: number, end: number): void {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  let nameAt = (end - first) * direntBytes;
  for (let index = first; index < end; index++) {
    const entry = entries[index]!;
    const at = (index - first) * direntBytes;
    putUint64(view, at, entry.nid);
    view.setUint16(at + 8, nameAt, true);
    view.setUint8(at + 10, entry.type);
    for (let i = 0; i < entry.name.length; i++) block[nameAt + i] = entry.name.charCodeAt(i);
    nameAt += entry.name.length;
  }
}
