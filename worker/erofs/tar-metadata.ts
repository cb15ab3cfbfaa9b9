// What an image takes over of a tar member's metadata.

import type { TarEntry } from "../tar/tar-entry.ts";
import type { InodeMetadata } from "./layer-tree.ts";

/** Without the xattrs that are overlayfs's own. */
export function metadataOf(entry: TarEntry): InodeMetadata {
  const { mode, uid, gid, mtimeSec, mtimeNsec } = entry;
  return { mode, uid, gid, mtimeSec, mtimeNsec, xattrs: withoutOverlay(entry.xattrs) };
}

/** What overlayfs keeps for itself must not come from an archive: it could redirect a name to other files. */
function withoutOverlay(xattrs: ReadonlyMap<string, Uint8Array>): ReadonlyMap<string, Uint8Array> {
  if (![...xattrs.keys()].some(isOverlay)) return xattrs;
  return new Map([...xattrs].filter(([name]) => !isOverlay(name)));
}

function isOverlay(name: string): boolean {
  return name.startsWith("trusted.overlay.");
}
