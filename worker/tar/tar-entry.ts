// One member of a tar archive: what the reader yields and the writer takes. POSIX.1-2017 pax, "ustar Interchange Format",
// with the extensions in use (pax records, GNU long names, sparse files and base-256 numbers) already resolved.

export type TarEntryType = "file" | "hardlink" | "symlink" | "char" | "block" | "directory" | "fifo";

export interface TarEntry {
  /** As in the archive: relative or absolute, maybe with "./" or a trailing "/". See entryPathSegments(). */
  readonly path: string;
  readonly type: TarEntryType;
  /** Permission, set-id and sticky bits: 0 to 0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Empty when the archive names none. */
  readonly userName: string;
  readonly groupName: string;
  /** Content of a file, holes included; 0 for everything else. */
  readonly sizeBytes: number;
  /** Whole seconds since 1970, rounded down; may be negative. */
  readonly mtimeSec: number;
  /** 0 to 999,999,999, added to `mtimeSec`. */
  readonly mtimeNsec: number;
  /** Target of a symlink, or the archive path a hard link refers to; else empty. */
  readonly linkPath: string;
  /** Of a char or block device; else 0. */
  readonly deviceMajor: number;
  readonly deviceMinor: number;
  /** By full name ("security.capability"), values byte for byte. */
  readonly xattrs: ReadonlyMap<string, Uint8Array>;
}

export const noXattrs: ReadonlyMap<string, Uint8Array> = new Map();

/** A complete entry from what matters; everything else is 0, empty, or (mode) the usual. */
export function tarEntry(
  entry: Pick<TarEntry, "path" | "type"> & { readonly [K in keyof TarEntry]?: TarEntry[K] },
): TarEntry {
  return {
    mode: entry.type === "directory" ? 0o755 : entry.type === "symlink" ? 0o777 : 0o644,
    uid: 0,
    gid: 0,
    userName: "",
    groupName: "",
    sizeBytes: 0,
    mtimeSec: 0,
    mtimeNsec: 0,
    linkPath: "",
    deviceMajor: 0,
    deviceMinor: 0,
    xattrs: noXattrs,
    ...entry,
  };
}
