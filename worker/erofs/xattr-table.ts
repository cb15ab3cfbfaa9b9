// Extended attributes of an image: kept beside the inode the first time, in a shared area once a name and value come again.
// The kernel's fs/erofs/erofs_fs.h, struct erofs_xattr_entry and erofs_xattr_ibody_header.

import { EngineError } from "../base/errors.ts";
import { concatBytes } from "../base/streams.ts";
import { encodePath } from "../tar/path-bytes.ts";

export const xattrPrefixes: readonly {
  readonly prefix: string;
  readonly index: number;
  readonly whole: boolean;
}[] = [
  { prefix: "user.", index: 1, whole: false },
  { prefix: "system.posix_acl_access", index: 2, whole: true },
  { prefix: "system.posix_acl_default", index: 3, whole: true },
  { prefix: "trusted.", index: 4, whole: false },
  { prefix: "security.", index: 6, whole: false },
];

export const xattrHeaderBytes = 12;
const entryHeaderBytes = 4;
/** The inode counts the area in 16 bits, in units of 4 bytes. */
const maxAreaBytes = xattrHeaderBytes + 4 * 65_534;
const maxShared = 255;
/** Larger values, and anything after this many different ones, are not looked at for sharing. */
const maxSharedEntryBytes = 1024;
const maxSeen = 16_384;

export class XattrTable {
  /** Entries seen once (undefined) or shared (their id), by their bytes. */
  readonly #ids = new Map<string, number | undefined>();
  readonly #shared: Uint8Array[] = [];
  #sharedBytes = 0;

  /** The area that follows an inode; empty when there are none. `allShared` keeps it small. Throws EngineError("corrupt"). */
  encode(xattrs: ReadonlyMap<string, Uint8Array>, allShared = false): Uint8Array {
    const inline: Uint8Array[] = [];
    const ids: number[] = [];
    for (const name of [...xattrs.keys()].sort()) {
      const entry = encodeXattrEntry(name, xattrs.get(name)!);
      if (entry === undefined) continue;
      const id = ids.length < maxShared ? this.#sharedId(entry, allShared) : undefined;
      if (id === undefined) inline.push(entry);
      else ids.push(id);
    }
    if (inline.length === 0 && ids.length === 0) return new Uint8Array(0);
    const header = new Uint8Array(xattrHeaderBytes + ids.length * 4);
    header[4] = ids.length;
    const view = new DataView(header.buffer);
    for (const [index, id] of ids.entries()) view.setUint32(xattrHeaderBytes + index * 4, id, true);
    const area = concatBytes([header, ...inline]);
    if (area.byteLength > maxAreaBytes)
      throw new EngineError("corrupt", "Too many extended attributes on one file");
    return area;
  }

  /** The shared area; ids count its 4-byte units. */
  sharedArea(): Uint8Array {
    return concatBytes(this.#shared);
  }

  #sharedId(entry: Uint8Array, force: boolean): number | undefined {
    // Sharing costs 4 bytes a use.
    if (!force && (entry.byteLength > maxSharedEntryBytes || entry.byteLength <= 8)) return undefined;
    const key = String.fromCharCode(...(entry.byteLength > maxSharedEntryBytes ? [] : entry));
    const known = key === "" ? undefined : this.#ids.get(key);
    if (known !== undefined) return known;
    if (!force && !this.#ids.has(key)) {
      if (this.#ids.size < maxSeen) this.#ids.set(key, undefined);
      return undefined;
    }
    const id = this.#sharedBytes / 4;
    this.#shared.push(entry);
    this.#sharedBytes += entry.byteLength;
    if (key !== "") this.#ids.set(key, id);
    return id;
  }
}

/** Undefined for a namespace that EROFS cannot hold (and Linux would refuse). Throws EngineError("corrupt"). */
function encodeXattrEntry(fullName: string, value: Uint8Array): Uint8Array | undefined {
  const space = xattrPrefixes.find(({ prefix, whole }) =>
    whole ? fullName === prefix : fullName.startsWith(prefix),
  );
  if (space === undefined) return undefined;
  const name = encodePath(fullName.slice(space.prefix.length));
  if (name.byteLength === 0 && !space.whole) return undefined;
  if (name.byteLength > 255 || name.includes(0) || value.byteLength > 0xffff) {
    throw new EngineError(
      "corrupt",
      `The extended attribute ${JSON.stringify(fullName.slice(0, 80))} is too big`,
    );
  }
  const length = entryHeaderBytes + name.byteLength + value.byteLength;
  const entry = new Uint8Array(Math.ceil(length / 4) * 4);
  entry[0] = name.byteLength;
  entry[1] = space.index;
  entry[2] = value.byteLength & 0xff;
  entry[3] = value.byteLength >> 8;
  entry.set(name, entryHeaderBytes);
  entry.set(value, entryHeaderBytes + name.byteLength);
  return entry;
}
