// The names of an image while it is being built: what each path ends up as, by tar's rules (a later entry replaces an
// earlier one) and the OCI image spec's for whiteouts ("Filesystem Layer", section Whiteouts). File data is not here.

import { EngineError } from "../base/errors.ts";
import { entryPathSegments } from "../tar/entry-path.ts";
import { encodeDevice, type InodeKind } from "./erofs-format.ts";

export interface InodeMetadata {
  /** Permission, set-id and sticky bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeSec: number;
  readonly mtimeNsec: number;
  readonly xattrs?: ReadonlyMap<string, Uint8Array>;
}

export interface DirectoryNode {
  readonly kind: "directory";
  metadata: InodeMetadata;
  readonly children: Map<string, TreeNode>;
  /** Hides what lower layers have at this path. */
  isOpaque: boolean;
  /** Made because something below it was added. */
  isImplied: boolean;
}

/** Anything but a directory; hard links are several names for one. */
export interface LeafNode {
  /** "unresolved": a hard link to a file that this layer does not have. */
  kind: Exclude<InodeKind, "directory"> | "unresolved";
  metadata: InodeMetadata;
  /** A symlink's target, or the path that an unresolved link refers to. */
  target: string;
  device: number;
  isWhiteout: boolean;
  /** Where its inode is in the image; 0 until it is placed. */
  address: number;
  serial: number;
}

export type TreeNode = DirectoryNode | LeafNode;

export const defaultDirectoryMetadata: InodeMetadata = {
  mode: 0o755,
  uid: 0,
  gid: 0,
  mtimeSec: 0,
  mtimeNsec: 0,
};

export function leafNode(
  kind: LeafNode["kind"],
  metadata: InodeMetadata,
  more: Partial<LeafNode> = {},
): LeafNode {
  return { kind, metadata, target: "", device: 0, isWhiteout: false, address: 0, serial: 0, ...more };
}

const maxKeptBytes = 268_435_456;

export class LayerTree {
  readonly root = directoryNode(defaultDirectoryMetadata, true);
  readonly #maxEntries: number;
  #added = 1;
  #keptBytes = 0;

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries;
  }

  /** Adds a directory, or gives one that is there its metadata; what is in it stays. */
  putDirectory(path: string, metadata: InodeMetadata): void {
    this.#keep(path, bytesOf(metadata));
    const segments = entryPathSegments(path);
    const name = segments.pop();
    const parent = this.#parent(segments, path);
    const present = name === undefined ? this.root : parent.children.get(name);
    if (present?.kind === "directory") {
      present.metadata = metadata;
      present.isImplied = false;
      return;
    }
    this.#count(path);
    const directory = directoryNode(metadata, false);
    directory.isOpaque = present?.kind === "char" && present.isWhiteout;
    parent.children.set(name!, directory);
  }

  /** Adds anything else, in place of what is there. */
  putLeaf(path: string, leaf: LeafNode): void {
    const segments = entryPathSegments(path);
    const name = segments.pop();
    if (name === undefined) throw new EngineError("corrupt", "The root of a layer must be a directory");
    const parent = this.#parent(segments, path);
    this.#count(path);
    // A file's metadata is in the image already.
    this.#keep(path, leaf.target.length + (leaf.kind === "file" ? 0 : bytesOf(leaf.metadata)));
    parent.children.set(name, leaf);
  }

  /** Another name for what `target` names; unresolved when this layer has nothing there. */
  putLink(path: string, target: string): void {
    const found = this.find(target);
    if (found?.kind === "directory") {
      throw new EngineError(
        "corrupt",
        `Invalid hard link ${JSON.stringify(path)}: ${JSON.stringify(target)} is a directory`,
      );
    }
    if (found !== undefined && found === this.find(path)) return;
    const isHere = found !== undefined && !found.isWhiteout;
    this.putLeaf(path, isHere ? found : leafNode("unresolved", defaultDirectoryMetadata, { target }));
  }

  /** Hides `path` of the lower layers. What this layer itself has there stays, whichever comes first. */
  putWhiteout(path: string): void {
    const present = this.find(path);
    if (present?.kind === "directory") present.isOpaque = true;
    else if (present === undefined) {
      const device = encodeDevice(0, 0);
      this.putLeaf(
        path,
        leafNode("char", { ...defaultDirectoryMetadata, mode: 0 }, { device, isWhiteout: true }),
      );
    }
  }

  /** Hides all that the lower layers have in the directory. */
  makeOpaque(path: string): void {
    this.#parent(entryPathSegments(path), path).isOpaque = true;
  }

  /** Moves what is in the implied directory `from` to `to`, where it joins what is there; `from` is gone then. */
  moveDirectory(from: string, to: string): void {
    const segments = entryPathSegments(from);
    const name = segments.pop();
    const parent = this.#parent(segments, from);
    const moved = name === undefined ? undefined : parent.children.get(name);
    if (name === undefined || moved?.kind !== "directory")
      throw new EngineError("internal", `no directory ${from}`);
    parent.children.delete(name);
    mergeInto(this.#parent(entryPathSegments(to), to), moved);
  }

  find(path: string): TreeNode | undefined {
    let node: TreeNode | undefined = this.root;
    for (const name of entryPathSegments(path)) {
      if (node?.kind !== "directory") return undefined;
      node = node.children.get(name);
    }
    return node;
  }

  /** The directory at these names, made where it is missing. */
  #parent(segments: readonly string[], path: string): DirectoryNode {
    let directory = this.root;
    for (const name of segments) {
      const child = directory.children.get(name);
      if (child?.kind === "directory") {
        directory = child;
        continue;
      }
      if (child !== undefined && !child.isWhiteout) {
        throw new EngineError(
          "corrupt",
          `Invalid path ${JSON.stringify(path)}: ${JSON.stringify(name)} is not a directory`,
        );
      }
      this.#count(path);
      const made = directoryNode(defaultDirectoryMetadata, true);
      made.isOpaque = child !== undefined;
      directory.children.set(name, made);
      directory = made;
    }
    return directory;
  }

  /** Bounds what many entries with long paths, targets and xattrs take in memory. */
  #keep(path: string, moreBytes: number): void {
    this.#keptBytes += path.length + moreBytes;
    if (this.#keptBytes > maxKeptBytes) {
      throw new EngineError(
        "corrupt",
        `Too much metadata: more than ${maxKeptBytes} bytes at ${JSON.stringify(path)}`,
      );
    }
  }

  #count(path: string): void {
    this.#added++;
    if (this.#added > this.#maxEntries) {
      throw new EngineError(
        "corrupt",
        `Too many entries: more than ${this.#maxEntries} at ${JSON.stringify(path)}`,
      );
    }
  }
}

function bytesOf(metadata: InodeMetadata): number {
  let bytes = 0;
  for (const [name, value] of metadata.xattrs ?? []) bytes += name.length + value.byteLength;
  return bytes;
}

function mergeInto(into: DirectoryNode, from: DirectoryNode): void {
  for (const [name, child] of from.children) {
    const present = into.children.get(name);
    if (present?.kind === "directory" && child.kind === "directory") mergeInto(present, child);
    else into.children.set(name, child);
  }
  into.isOpaque ||= from.isOpaque;
  if (from.isImplied) return;
  into.metadata = from.metadata;
  into.isImplied = false;
}

function directoryNode(metadata: InodeMetadata, isImplied: boolean): DirectoryNode {
  return { kind: "directory", metadata, children: new Map(), isOpaque: false, isImplied };
}
