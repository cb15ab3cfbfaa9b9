// The end of an image: directory data, the inodes of all that is not a regular file, the shared xattrs. Places are given
// first and bytes written after, because directories name inodes by their place. The root's inode is in the first block:
// the superblock has only 16 bits for its number.

import { EngineError } from "../base/errors.ts";
import { byteString, encodePath } from "../tar/path-bytes.ts";
import { BlockPacker } from "./block-packer.ts";
import { compareNames, type Dirent, directoryBytes, encodeDirectory } from "./directory-blocks.ts";
import {
  blockBytes,
  direntTypes,
  extendedInodeBytes,
  layoutInline,
  layoutPlain,
  putInode,
  slotBytes,
  superblockBytes,
  superblockOffset,
} from "./erofs-format.ts";
import type { ImageAppender } from "./image-appender.ts";
import type { DirectoryNode, LeafNode, TreeNode } from "./layer-tree.ts";
import { opaqueXattr } from "./overlay-marks.ts";
import type { XattrTable } from "./xattr-table.ts";

export const rootAddress = superblockOffset + superblockBytes;
const rootRoomBytes = blockBytes - rootAddress;
/** More inline xattrs than this on the root go to the shared area. */
const rootXattrBytes = 512;

/** An inode of this area with its place; `address` counts from the area's start until the area's place is known. */
interface Placed {
  readonly node: TreeNode;
  readonly xattrArea: Uint8Array;
  /** Bytes kept behind the inode. */
  readonly tailBytes: number;
  address: number;
}

interface PlacedDirectory extends Placed {
  readonly node: DirectoryNode;
  readonly parent: PlacedDirectory | undefined;
  /** In byte order, without "." and "..". */
  readonly entries: readonly { readonly name: string; readonly node: TreeNode }[];
  readonly dataBytes: number;
  firstBlock: number;
  tail: Uint8Array;
}

export interface MetadataResult {
  readonly rootBlock: Uint8Array;
  readonly inodeCount: number;
  /** First block of the shared xattrs; 0 when there are none. */
  readonly xattrBlock: number;
  /** Regular files with several names, which were written as if they had one. */
  readonly linkCounts: ReadonlyMap<LeafNode, number>;
}

export class MetadataArea {
  readonly #appender: ImageAppender;
  readonly #xattrs: XattrTable;
  readonly #packer = new BlockPacker();
  readonly #directories: PlacedDirectory[] = [];
  readonly #leaves: (Placed & { readonly node: LeafNode })[] = [];
  readonly #placedDirectories = new Map<DirectoryNode, PlacedDirectory>();
  readonly #linkCounts = new Map<LeafNode, number>();
  #serial: number;

  /** `firstSerial` is the first inode number that no regular file has. */
  constructor(appender: ImageAppender, xattrs: XattrTable, firstSerial: number) {
    this.#appender = appender;
    this.#xattrs = xattrs;
    this.#serial = firstSerial;
  }

  /** Appends everything below `root`, whose regular files are in the image already, and makes the image's first block. */
  write(root: DirectoryNode): MetadataResult {
    this.#place(root);
    this.#giveAddresses();
    this.#appendDirectoryData();
    this.#appendInodes();
    const rootBlock = new Uint8Array(blockBytes);
    this.#putDirectoryInode(rootBlock, rootAddress, this.#directories[0]!);
    const shared = this.#xattrs.sharedArea();
    const xattrBlock = shared.byteLength > 0 ? this.#appender.block : 0;
    this.#appender.append(shared);
    this.#appender.padBlock();
    return {
      rootBlock,
      inodeCount: this.#directories.length + this.#linkCounts.size,
      xattrBlock,
      linkCounts: this.#linkCounts,
    };
  }

  /** Each directory is followed by what is in it, then by its subdirectories in order. */
  #place(root: DirectoryNode): void {
    const todo: { node: DirectoryNode; parent: PlacedDirectory | undefined }[] = [
      { node: root, parent: undefined },
    ];
    for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
      const directory = this.#placeDirectory(next.node, next.parent);
      const below: { node: DirectoryNode; parent: PlacedDirectory }[] = [];
      for (const { node } of directory.entries) {
        if (node.kind === "directory") below.push({ node, parent: directory });
        else this.#placeLeaf(node);
      }
      todo.push(...below.reverse());
    }
  }

  #placeDirectory(node: DirectoryNode, parent: PlacedDirectory | undefined): PlacedDirectory {
    const entries = [...node.children]
      .map(([name, child]) => ({ name: byteString(name), node: child }))
      .sort(compareNames);
    const dataBytes = directoryBytes([".", "..", ...entries.map(({ name }) => name)].sort(byName));
    const isRoot = parent === undefined;
    const xattrs = node.isOpaque
      ? new Map([...(node.metadata.xattrs ?? []), [opaqueXattr, encodePath("y")]])
      : (node.metadata.xattrs ?? new Map<string, Uint8Array>());
    const xattrBytes = [...xattrs].reduce(
      (sum, [name, value]) => sum + name.length + value.byteLength + 8,
      0,
    );
    const xattrArea = this.#xattrs.encode(xattrs, isRoot && xattrBytes > rootXattrBytes);
    const inodeBytes = extendedInodeBytes + xattrArea.byteLength;
    const room = isRoot ? rootRoomBytes : blockBytes;
    if (isRoot && inodeBytes > room)
      throw new EngineError("corrupt", "Too many extended attributes on the root");
    const tail = dataBytes % blockBytes;
    const tailBytes = inodeBytes + tail <= room ? tail : 0;
    const placed: PlacedDirectory = {
      node,
      parent,
      entries,
      xattrArea,
      dataBytes,
      tailBytes,
      tail: new Uint8Array(0),
      firstBlock: 0,
      address: isRoot ? rootAddress : this.#take(inodeBytes + tailBytes),
    };
    this.#directories.push(placed);
    this.#placedDirectories.set(node, placed);
    return placed;
  }

  #placeLeaf(node: LeafNode): void {
    const names = this.#linkCounts.get(node) ?? 0;
    this.#linkCounts.set(node, names + 1);
    if (names > 0 || node.kind === "file") return;
    if (node.kind === "unresolved") {
      throw new EngineError("corrupt", `Invalid hard link: there is no ${JSON.stringify(node.target)}`);
    }
    const xattrArea = this.#xattrs.encode(node.metadata.xattrs ?? new Map());
    const inodeBytes = extendedInodeBytes + xattrArea.byteLength;
    const targetBytes = node.kind === "symlink" ? encodePath(node.target).byteLength : 0;
    const tailBytes = inodeBytes + targetBytes <= blockBytes ? targetBytes : 0;
    this.#leaves.push({ node, xattrArea, tailBytes, address: this.#take(inodeBytes + tailBytes) });
  }

  #take(sizeBytes: number): number {
    const { block, offset } = this.#packer.place(sizeBytes);
    return block * blockBytes + offset;
  }

  /** Directory data comes first, then the targets of symlinks too long to stay with their inode, then the inodes. */
  #giveAddresses(): void {
    let block = this.#appender.block;
    for (const directory of this.#directories) {
      directory.firstBlock = block;
      block += Math.ceil((directory.dataBytes - directory.tailBytes) / blockBytes);
    }
    const longTargets = this.#leaves.filter(isLongSymlink).length;
    const start = (block + longTargets) * blockBytes;
    this.#appender.reserve(start + this.#packer.count * blockBytes - this.#appender.offset);
    for (const directory of this.#directories) if (directory.parent) directory.address += start;
    for (const leaf of this.#leaves) {
      leaf.address += start;
      leaf.node.address = leaf.address;
    }
  }

  #appendDirectoryData(): void {
    for (const directory of this.#directories) {
      const bytes = encodeDirectory(this.#direntsOf(directory));
      const kept = bytes.byteLength - directory.tailBytes;
      directory.tail = bytes.slice(kept);
      this.#appender.append(bytes.subarray(0, kept));
      this.#appender.padBlock();
    }
  }

  #direntsOf(directory: PlacedDirectory): Dirent[] {
    const dirent = (name: string, address: number, type: number): Dirent => ({
      name,
      nid: address / slotBytes,
      type,
    });
    const dirents = directory.entries.map(({ name, node }) =>
      node.kind === "directory"
        ? dirent(name, this.#placedDirectories.get(node)!.address, direntTypes.directory)
        : dirent(name, node.address, direntTypes[node.kind as Exclude<LeafNode["kind"], "unresolved">]),
    );
    dirents.push(dirent(".", directory.address, direntTypes.directory));
    dirents.push(dirent("..", (directory.parent ?? directory).address, direntTypes.directory));
    return dirents.sort(compareNames);
  }

  #appendInodes(): void {
    const targetBlocks = new Map<Placed, number>();
    for (const leaf of this.#leaves.filter(isLongSymlink)) {
      targetBlocks.set(leaf, this.#appender.block);
      this.#appender.append(encodePath(leaf.node.target));
      this.#appender.padBlock();
    }
    const area = new Uint8Array(this.#packer.count * blockBytes);
    const start = this.#appender.offset;
    for (const directory of this.#directories) {
      if (directory.parent) this.#putDirectoryInode(area, directory.address - start, directory);
    }
    for (const leaf of this.#leaves)
      this.#putLeafInode(area, leaf.address - start, leaf, targetBlocks.get(leaf));
    this.#appender.append(area);
  }

  #putDirectoryInode(into: Uint8Array, at: number, directory: PlacedDirectory): void {
    const { node, xattrArea, tail, dataBytes, tailBytes } = directory;
    const subdirectories = directory.entries.filter((entry) => entry.node.kind === "directory").length;
    putInode(into, at, {
      ...node.metadata,
      kind: "directory",
      layout: tailBytes > 0 ? layoutInline : layoutPlain,
      sizeBytes: dataBytes,
      linkCount: 2 + subdirectories,
      union: directory.firstBlock,
      serial: this.#serial++,
      xattrBytes: xattrArea.byteLength,
    });
    into.set(xattrArea, at + extendedInodeBytes);
    into.set(tail, at + extendedInodeBytes + xattrArea.byteLength);
  }

  #putLeafInode(
    into: Uint8Array,
    at: number,
    { node, xattrArea, tailBytes }: Placed & { readonly node: LeafNode },
    targetBlock: number | undefined,
  ): void {
    const target = node.kind === "symlink" ? encodePath(node.target) : new Uint8Array(0);
    putInode(into, at, {
      ...node.metadata,
      kind: node.kind as Exclude<LeafNode["kind"], "unresolved">,
      layout: tailBytes > 0 ? layoutInline : layoutPlain,
      sizeBytes: target.byteLength,
      linkCount: this.#linkCounts.get(node)!,
      union: targetBlock ?? node.device,
      serial: this.#serial++,
      xattrBytes: xattrArea.byteLength,
    });
    into.set(xattrArea, at + extendedInodeBytes);
    if (tailBytes > 0) into.set(target, at + extendedInodeBytes + xattrArea.byteLength);
  }
}

function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isLongSymlink(leaf: Placed & { readonly node: LeafNode }): boolean {
  return leaf.node.kind === "symlink" && leaf.tailBytes === 0;
}
