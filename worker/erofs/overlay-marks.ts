// How overlayfs marks what an upper layer takes away from the lower ones. Linux, Documentation/filesystems/overlayfs.rst,
// "Whiteouts and opaque directories".

import type { TarEntry } from "../tar/tar-entry.ts";

export const opaqueXattr = "trusted.overlay.opaque";

/** A character device 0:0 stands for a name that is gone. */
export function isWhiteout(entry: TarEntry): boolean {
  return entry.type === "char" && entry.deviceMajor === 0 && entry.deviceMinor === 0;
}

/** A directory that hides what lower layers have in theirs of the same name. */
export function isOpaque(entry: TarEntry): boolean {
  const value = entry.xattrs.get(opaqueXattr);
  return entry.type === "directory" && value?.byteLength === 1 && value[0] === "y".charCodeAt(0);
}
