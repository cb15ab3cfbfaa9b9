// Builds an uncompressed EROFS image, entry by entry, in one pass over the data: block 0 (superblock and root inode, written
// last), file data with the files' inodes in between, then everything else. Synchronous, because ByteFile is.

import { EngineError } from "../base/errors.ts";
import type { ByteFile } from "../store/byte-file.ts";
import { encodePath } from "../tar/path-bytes.ts";
import {
  blockBytes,
  encodeDevice,
  extendedNlinkOffset,
  type InodeKind,
  putSuperblock,
  slotBytes,
} from "./erofs-format.ts";
import { FileArea } from "./file-area.ts";
import { ImageAppender } from "./image-appender.ts";
import { type DirectoryNode, type InodeMetadata, LayerTree, type LeafNode, leafNode } from "./layer-tree.ts";
import { MetadataArea, rootAddress } from "./metadata-area.ts";
import { XattrTable } from "./xattr-table.ts";

export interface ErofsLimits {
  /** Entries added, replaced ones and missing parents included; 1,000,000 by default. More is EngineError("corrupt"). */
  readonly maxEntries?: number;
  /** Of the image; 16 GiB by default. More is EngineError("out-of-space"). */
  readonly maxSizeBytes?: number;
}

export interface ErofsOptions extends ErofsLimits {
  /** 16 bytes; zeros by default. */
  readonly uuid?: Uint8Array;
}

export interface ErofsImage {
  /** A multiple of 4096. */
  readonly sizeBytes: number;
  /** Inodes: a file with several names counts once. */
  readonly entryCount: number;
}

/** The kernel refuses longer targets. */
const maxTargetBytes = 4095;

/**
 * Paths are as in archives: see entryPathSegments(). Missing parents are made (0755, root), a later entry replaces an
 * earlier one. Every method throws EngineError("corrupt") for what no file system can hold; the file is then of no use.
 */
export class ErofsBuilder {
  readonly #file: ByteFile;
  readonly #uuid: Uint8Array;
  readonly #appender: ImageAppender;
  readonly #files: FileArea;
  readonly #xattrs = new XattrTable();
  readonly #tree: LayerTree;
  #serial = 1;

  /** Empties `file` and writes the image into it. */
  constructor(file: ByteFile, options: ErofsOptions = {}) {
    file.truncate(0);
    this.#file = file;
    this.#uuid = options.uuid ?? new Uint8Array(16);
    this.#appender = new ImageAppender(file, blockBytes, options.maxSizeBytes ?? 2 ** 34);
    this.#files = new FileArea(this.#appender);
    this.#tree = new LayerTree(options.maxEntries ?? 1_000_000);
  }

  addDirectory(path: string, metadata: InodeMetadata): void {
    this.#tree.putDirectory(path, metadata);
  }

  /** data() and hole() must then give exactly `sizeBytes` bytes, and endFile() follow. */
  beginFile(path: string, metadata: InodeMetadata, sizeBytes: number): void {
    const leaf = leafNode("file", metadata);
    this.#tree.putLeaf(path, leaf);
    this.#beginLeaf(leaf, metadata, sizeBytes);
  }

  data(bytes: Uint8Array): void {
    this.#files.data(bytes);
  }

  /** The next `lengthBytes` bytes of the file are zeros. */
  hole(lengthBytes: number): void {
    this.#files.hole(lengthBytes);
  }

  endFile(): void {
    this.#files.end();
  }

  addSymlink(path: string, metadata: InodeMetadata, target: string): void {
    checkTarget(path, target);
    this.#tree.putLeaf(path, leafNode("symlink", metadata, { target }));
  }

  addDevice(
    path: string,
    metadata: InodeMetadata,
    kind: "char" | "block",
    major: number,
    minor: number,
  ): void {
    if (major > 0xfff || minor > 0xfffff) {
      throw new EngineError("corrupt", `Invalid device number ${major}:${minor} of ${JSON.stringify(path)}`);
    }
    this.#tree.putLeaf(path, leafNode(kind, metadata, { device: encodeDevice(major, minor) }));
  }

  addFifo(path: string, metadata: InodeMetadata): void {
    this.#tree.putLeaf(path, leafNode("fifo", metadata));
  }

  /** Another name for `target`. When that is not in the image it stays unresolved: see unresolvedLinks(). */
  addHardLink(path: string, target: string): void {
    this.#tree.putLink(path, target);
  }

  /** Hides `path` of lower layers: a character device 0:0, as overlayfs reads it. */
  addWhiteout(path: string): void {
    this.#tree.putWhiteout(path);
  }

  /** Hides what lower layers have in the directory `path`: the xattr trusted.overlay.opaque. */
  makeOpaque(path: string): void {
    this.#tree.makeOpaque(path);
  }

  /** What the image has at `path` so far; undefined when nothing. */
  kindAt(path: string): InodeKind | "unresolved" | "whiteout" | undefined {
    const node = this.#tree.find(path);
    return node?.kind === "char" && node.isWhiteout ? "whiteout" : node?.kind;
  }

  /** Hard links to files that the image does not have, by name, to be given content with resolve…(). */
  unresolvedLinks(): { readonly path: string; readonly target: string }[] {
    const links: { path: string; target: string }[] = [];
    for (const { path, node } of walk(this.#tree.root)) {
      if (node.kind === "unresolved") links.push({ path, target: node.target });
    }
    return links;
  }

  /** Directories that were made because something is in them, the root among them ("" ) when no entry was. */
  impliedDirectories(): string[] {
    const paths = this.#tree.root.isImplied ? [""] : [];
    for (const { path, node } of walk(this.#tree.root)) {
      if (node.kind === "directory" && node.isImplied) paths.push(path);
    }
    return paths;
  }

  /** Puts what is in an implied directory into `to`, because lower layers have a symlink to there in its place. */
  moveImpliedDirectory(from: string, to: string): void {
    this.#tree.moveDirectory(from, to);
  }

  /** Like beginFile(), for a link that is unresolved: all of its names get the content. */
  beginResolvedFile(link: string, metadata: InodeMetadata, sizeBytes: number): void {
    const leaf = this.#unresolved(link);
    leaf.kind = "file";
    this.#beginLeaf(leaf, metadata, sizeBytes);
  }

  resolveSymlink(link: string, metadata: InodeMetadata, target: string): void {
    checkTarget(link, target);
    const leaf = this.#unresolved(link);
    leaf.kind = "symlink";
    leaf.metadata = metadata;
    leaf.target = target;
  }

  /** Completes the image; nothing can be added any more. Throws EngineError("corrupt") for a hard link to nothing. */
  finish(): ErofsImage {
    this.#files.finish();
    const result = new MetadataArea(this.#appender, this.#xattrs, this.#serial).write(this.#tree.root);
    this.#appender.flush();
    for (const [leaf, count] of result.linkCounts)
      if (leaf.kind === "file" && count > 1) this.#setLinkCount(leaf, count);
    const sizeBytes = this.#appender.offset;
    putSuperblock(result.rootBlock, {
      rootNid: rootAddress / slotBytes,
      inodeCount: result.inodeCount,
      blockCount: sizeBytes / blockBytes,
      xattrBlock: result.xattrBlock,
      hasChunkedFiles: this.#files.hasChunkedFiles,
      uuid: this.#uuid,
    });
    this.#file.flush();
    this.#file.writeAt(0, result.rootBlock);
    this.#file.flush();
    return { sizeBytes, entryCount: result.inodeCount };
  }

  #beginLeaf(leaf: LeafNode, metadata: InodeMetadata, sizeBytes: number): void {
    leaf.serial = this.#serial++;
    this.#files.begin(leaf, metadata, this.#xattrs.encode(metadata.xattrs ?? new Map()), sizeBytes);
    // The inode is written with the data; only its place is needed from here on.
    leaf.metadata = written;
  }

  #unresolved(link: string): LeafNode {
    const node = this.#tree.find(link);
    if (node?.kind !== "unresolved")
      throw new EngineError("internal", `${JSON.stringify(link)} is not an unresolved link`);
    return node;
  }

  #setLinkCount(leaf: LeafNode, count: number): void {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, count, true);
    this.#file.writeAt(leaf.address + extendedNlinkOffset, bytes);
  }
}

const written: InodeMetadata = { mode: 0, uid: 0, gid: 0, mtimeSec: 0, mtimeNsec: 0 };

function checkTarget(path: string, target: string): void {
  if (target === "" || target.includes("\0") || encodePath(target).byteLength > maxTargetBytes) {
    throw new EngineError("corrupt", `Invalid target of the symlink ${JSON.stringify(path)}`);
  }
}

function* walk(root: DirectoryNode): Generator<{ path: string; node: DirectoryNode | LeafNode }> {
  const todo: { path: string; node: DirectoryNode }[] = [{ path: "", node: root }];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    for (const [name, node] of next.node.children) {
      const path = next.path === "" ? name : `${next.path}/${name}`;
      yield { path, node };
      if (node.kind === "directory") todo.push({ path, node });
    }
  }
}
