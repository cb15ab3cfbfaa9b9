// What a container changed: its writable layer, entry by entry, each with what its image has at the same place. `docker diff`, `docker commit`.
// Linux, Documentation/filesystems/overlayfs.rst, "Whiteouts and opaque directories".

import { LayeredFiles } from "../../erofs/layered-files.ts";
import type { LowerFile } from "../../erofs/lower-files.ts";
import { isOpaque, isWhiteout } from "../../erofs/overlay-marks.ts";
import { ErofsReader } from "../../erofs/read-erofs.ts";
import { entryPathSegments } from "../../tar/entry-path.ts";
import { tarMembers } from "../../tar/read-tar.ts";
import type { TarEntry } from "../../tar/tar-entry.ts";
import type { EngineContext } from "../engine-context.ts";
import { MOUNT_POINT_DIRECTORIES, MOUNT_POINT_FILES, MTAB_LINK } from "../mount-points.ts";
import type { Container } from "./container.ts";

export interface UpperEntry {
  /** Relative, without a trailing slash; never the root. A directory comes before what is in it. */
  readonly path: string;
  /** With that path, and without overlayfs's own xattrs. */
  readonly entry: TarEntry;
  /** "gone": the image's file of that name was removed. "opaque": a directory that takes the place of the image's. */
  readonly kind: "gone" | "opaque" | "plain";
  /** Of the image; undefined: nothing. */
  readonly below: TarEntry | undefined;
  /** Where it was asked for. To be read before the next entry is asked for, or not at all. */
  readonly content: ReadableStream<Uint8Array>;
}

/** The image's files as a container of it would see them. */
export class LowerTree {
  readonly #layers: readonly ErofsReader[];
  readonly #files: LayeredFiles;

  private constructor(layers: readonly ErofsReader[]) {
    this.#layers = layers;
    this.#files = new LayeredFiles(layers);
  }

  /** Rejects with EngineError("not-found" | "corrupt" | "unavailable"). */
  static async open(engine: EngineContext, container: Container): Promise<LowerTree> {
    const { layers } = await engine.images.resolve(container.record.imageId);
    const readers = await Promise.all(layers.map(({ source }) => ErofsReader.open(source)));
    return new LowerTree(readers.reverse());
  }

  find(path: string): Promise<LowerFile | undefined> {
    return this.#files.find(path);
  }

  /** Names in a directory. */
  async names(path: string): Promise<string[]> {
    const all = new Set<string>();
    for (const layer of this.#layers) for (const { name } of (await layer.list(path)) ?? []) all.add(name);
    const names: string[] = [];
    for (const name of all) if (await this.find(`${path}/${name}`)) names.push(name);
    return names;
  }
}

const MOUNT_POINTS = new Set([...MOUNT_POINT_DIRECTORIES, ...MOUNT_POINT_FILES, MTAB_LINK.path]);

/** What is there only because something is mounted over it. */
export function isMountPoint({ path, entry, below }: UpperEntry): boolean {
  return (
    below === undefined && MOUNT_POINTS.has(path) && (entry.type === "directory" || entry.sizeBytes === 0)
  );
}

export async function* upperEntries(
  engine: EngineContext,
  container: Container,
  lower: LowerTree,
  options: { readonly content: boolean },
): AsyncGenerator<UpperEntry, void, undefined> {
  const upper = `${engine.runtime.writablePath(container.id)}/upper`;
  // A container that never ran has none.
  if (!(await engine.runtime.files.exists(upper))) return;
  /** Directories that the image does not have: nothing below them is the image's either. */
  const fresh = new Set<string>();
  /** Whiteouts are links to one node, so all but the first come as links to that. */
  const gone = new Set<string>();
  const tar = await engine.runtime.files.tarOut(upper, "/", { hollow: !options.content });
  const whole = options.content ? {} : { skipHoles: true, maxSparseBytes: Number.MAX_SAFE_INTEGER };
  for await (const { entry, content } of tarMembers(tar, whole)) {
    const segments = entryPathSegments(entry.path);
    const path = segments.join("/");
    if (path === "") continue;
    const isFresh = fresh.has(segments.slice(0, -1).join("/"));
    const below = isFresh ? undefined : (await lower.find(path))?.entry;
    if (entry.type === "directory" && below?.type !== "directory") fresh.add(path);
    const linkPath = entry.type === "hardlink" ? entryPathSegments(entry.linkPath).join("/") : entry.linkPath;
    const isGone = isWhiteout(entry) || (entry.type === "hardlink" && gone.has(linkPath));
    if (isGone) gone.add(path);
    const kind = isGone ? "gone" : isOpaque(entry) ? "opaque" : "plain";
    yield { path, entry: { ...entry, path, linkPath, xattrs: ownXattrs(entry) }, kind, below, content };
  }
}

/** Whether Docker counts the two as one and the same file. Times and sizes of directories say nothing. */
export function isSame(entry: TarEntry, below: TarEntry): boolean {
  if (entry.type !== below.type && entry.type !== "hardlink") return false;
  const sameOwner = entry.mode === below.mode && entry.uid === below.uid && entry.gid === below.gid;
  if (entry.type === "directory") return sameOwner;
  return (
    sameOwner &&
    entry.linkPath === below.linkPath &&
    entry.deviceMajor === below.deviceMajor &&
    entry.deviceMinor === below.deviceMinor &&
    entry.sizeBytes === below.sizeBytes &&
    entry.mtimeSec === below.mtimeSec &&
    (entry.mtimeNsec === below.mtimeNsec || entry.mtimeNsec === 0 || below.mtimeNsec === 0) &&
    hexOf(entry, "security.capability") === hexOf(below, "security.capability")
  );
}

function hexOf({ xattrs }: TarEntry, name: string): string {
  return (xattrs.get(name) ?? []).toString();
}

function ownXattrs({ xattrs }: TarEntry): TarEntry["xattrs"] {
  return new Map([...xattrs].filter(([name]) => !name.startsWith("trusted.overlay.")));
}
