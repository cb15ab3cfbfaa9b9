// Looks into an EROFS image: a file by path, the names in a directory, everything in order. For /etc/passwd of an image,
// for turning a layer back into a tar, for tests.

import type { LayerSource } from "../store/layer-source.ts";
import { entryPathSegments } from "../tar/entry-path.ts";
import { decodePath } from "../tar/path-bytes.ts";
import { noXattrs, type TarEntry } from "../tar/tar-entry.ts";
import { holeBlock } from "./chunk-map.ts";
import {
  blockBytes,
  decodeDevice,
  extendedInodeBytes,
  layoutChunked,
  layoutInline,
  slotBytes,
  superblockBytes,
  superblockOffset,
} from "./erofs-format.ts";
import {
  corruptImage,
  type ImageDirent,
  type Inode,
  parseDirectoryBlock,
  parseInode,
  parseSuperblock,
  parseXattr,
  parseXattrArea,
  type Superblock,
} from "./read-inode.ts";

/** A file, directory or whatever of an image. */
export interface ImageFile {
  /** `path` is relative, without "./" or a trailing slash; "" is the root. Never of type "hardlink", except from walk(). */
  readonly entry: TarEntry;
  readonly nid: number;
  readonly linkCount: number;
  /** A file's content; empty for anything else. */
  content(): ReadableStream<Uint8Array>;
}

/** What one read for content asks for at most. */
const readBytes = 262_144;
const maxDirectoryBytes = 268_435_456;
const maxCachedBlocks = 64;

export class ErofsReader {
  readonly #source: LayerSource;
  readonly #superblock: Superblock;
  readonly #blocks = new Map<number, Uint8Array>();

  private constructor(source: LayerSource, superblock: Superblock) {
    this.#source = source;
    this.#superblock = superblock;
  }

  /** Rejects with EngineError("corrupt") when the source holds no EROFS image that this can read. */
  static async open(source: LayerSource): Promise<ErofsReader> {
    if (source.sizeBytes < blockBytes) throw corruptImage("no superblock");
    return new ErofsReader(source, parseSuperblock(await source.read(superblockOffset, superblockBytes)));
  }

  /** What is at `path`, no symlink followed; undefined when there is nothing. Rejects with EngineError("corrupt"). */
  async find(path: string): Promise<ImageFile | undefined> {
    const segments = entryPathSegments(path);
    return (await this.trail(segments))[segments.length];
  }

  /** The root and what is at each further name, as far as the image has it. */
  async trail(segments: readonly string[]): Promise<ImageFile[]> {
    let nid = this.#superblock.rootNid;
    let inode = await this.#inode(nid);
    const trail = [await this.#fileOf("", nid, inode)];
    for (const [index, name] of segments.entries()) {
      const children = inode.kind === "directory" ? await this.#childrenOf(nid, inode) : [];
      const child = children.find((dirent) => dirent.name === name);
      if (child === undefined) break;
      nid = child.nid;
      inode = await this.#inode(nid);
      trail.push(await this.#fileOf(segments.slice(0, index + 1).join("/"), nid, inode));
    }
    return trail;
  }

  /** Names in the directory at `path` without "." and "..", in byte order; undefined when that is no directory. */
  async list(path: string): Promise<ImageDirent[] | undefined> {
    const file = await this.find(path);
    if (file?.entry.type !== "directory") return undefined;
    return this.#childrenOf(file.nid, await this.#inode(file.nid));
  }

  /**
   * Everything, the root first, a directory before what is in it, names in byte order. The second and further names of a
   * file come as type "hardlink". Rejects with EngineError("corrupt").
   */
  async *walk(): AsyncGenerator<ImageFile, void, undefined> {
    const firstNames = new Map<number, string>();
    const seen = new Set<number>();
    const todo = [{ path: "", nid: this.#superblock.rootNid }];
    for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
      const { path, nid } = next;
      const inode = await this.#inode(nid);
      const firstName = firstNames.get(nid);
      const file = await this.#fileOf(path, nid, inode);
      if (firstName !== undefined) {
        yield {
          ...file,
          entry: { ...file.entry, type: "hardlink", linkPath: firstName, sizeBytes: 0 },
          content: empty,
        };
        continue;
      }
      yield file;
      if (inode.kind !== "directory") {
        if (inode.linkCount > 1) firstNames.set(nid, path);
        continue;
      }
      if (seen.has(nid)) throw corruptImage("a directory inside itself");
      seen.add(nid);
      const children = await this.#childrenOf(nid, inode);
      for (const child of children.reverse()) {
        todo.push({ path: path === "" ? child.name : `${path}/${child.name}`, nid: child.nid });
      }
    }
  }

  async #fileOf(path: string, nid: number, inode: Inode): Promise<ImageFile> {
    const isDevice = inode.kind === "char" || inode.kind === "block";
    const device = isDevice ? decodeDevice(inode.union) : { major: 0, minor: 0 };
    const entry: TarEntry = {
      path,
      type: inode.kind,
      mode: inode.mode,
      uid: inode.uid,
      gid: inode.gid,
      userName: "",
      groupName: "",
      sizeBytes: inode.kind === "file" ? inode.sizeBytes : 0,
      mtimeSec: inode.mtimeSec,
      mtimeNsec: inode.mtimeNsec,
      linkPath: inode.kind === "symlink" ? await this.#target(nid, inode) : "",
      deviceMajor: device.major,
      deviceMinor: device.minor,
      xattrs: await this.#xattrs(nid, inode),
    };
    const content = () => (inode.kind === "file" ? this.#content(nid, inode) : empty());
    return { entry, nid, linkCount: inode.linkCount, content };
  }

  async #target(nid: number, inode: Inode): Promise<string> {
    if (inode.sizeBytes >= blockBytes) throw corruptImage("a symlink that is too long");
    return decodePath(await this.#dataOf(nid, inode, 0, inode.sizeBytes));
  }

  #addressOf(nid: number): number {
    return this.#superblock.metaBlock * blockBytes + nid * slotBytes;
  }

  async #inode(nid: number): Promise<Inode> {
    const address = this.#addressOf(nid);
    const room = Math.min(extendedInodeBytes, this.#source.sizeBytes - address);
    if (room < slotBytes) throw corruptImage("an inode outside the image");
    const bytes = new Uint8Array(extendedInodeBytes);
    bytes.set(await this.#meta(address, room));
    return parseInode(bytes, this.#superblock);
  }

  async #xattrs(nid: number, inode: Inode): Promise<ReadonlyMap<string, Uint8Array>> {
    if (inode.xattrBytes === 0) return noXattrs;
    const area = parseXattrArea(await this.#meta(this.#addressOf(nid) + inode.inodeBytes, inode.xattrBytes));
    const xattrs = new Map(area.xattrs);
    for (const id of area.sharedIds) {
      const at = this.#superblock.xattrBlock * blockBytes + id * 4;
      const header = await this.#meta(at, 4);
      const { name, value } = parseXattr(
        await this.#meta(at, 4 + header[0]! + header[2]! + header[3]! * 256),
      );
      xattrs.set(name, value);
    }
    return xattrs;
  }

  async #childrenOf(nid: number, inode: Inode): Promise<ImageDirent[]> {
    const children: ImageDirent[] = [];
    if (inode.sizeBytes > maxDirectoryBytes) throw corruptImage("a directory that is too large");
    for (let at = 0; at < inode.sizeBytes; at += blockBytes) {
      const block = await this.#dataOf(nid, inode, at, Math.min(blockBytes, inode.sizeBytes - at));
      for (const dirent of parseDirectoryBlock(block)) {
        if (dirent.name !== "." && dirent.name !== "..") children.push(dirent);
      }
    }
    return children;
  }

  #content(nid: number, inode: Inode): ReadableStream<Uint8Array> {
    let at = 0;
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          const count = Math.min(readBytes, inode.sizeBytes - at);
          if (count > 0) controller.enqueue(await this.#dataOf(nid, inode, at, count));
          at += count;
          if (at >= inode.sizeBytes) controller.close();
        },
      },
      { highWaterMark: 0 },
    );
  }

  /** Bytes of what the inode holds, wherever they are. */
  async #dataOf(nid: number, inode: Inode, offset: number, lengthBytes: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(lengthBytes);
    for (let done = 0; done < lengthBytes; ) {
      const { address, runBytes, isMeta } = await this.#mapped(nid, inode, offset + done);
      const count = Math.min(runBytes, lengthBytes - done);
      if (address !== undefined) {
        bytes.set(await (isMeta ? this.#meta(address, count) : this.#read(address, count)), done);
      }
      done += count;
    }
    return bytes;
  }

  /** Where the byte at `offset` is and how many follow it there; no address for a hole. */
  async #mapped(
    nid: number,
    inode: Inode,
    offset: number,
  ): Promise<{ address: number | undefined; runBytes: number; isMeta: boolean }> {
    const behindInode = this.#addressOf(nid) + inode.inodeBytes + inode.xattrBytes;
    if (inode.layout === layoutChunked) {
      const chunkBytes = blockBytes * 2 ** (inode.union & 0x1f);
      if ((inode.union & ~0x1f) !== 0) throw corruptImage("an unsupported block map");
      const entry = await this.#meta(Math.ceil(behindInode / 4) * 4 + 4 * Math.floor(offset / chunkBytes), 4);
      const block = new DataView(entry.buffer, entry.byteOffset, 4).getUint32(0, true);
      const within = offset % chunkBytes;
      const address = block === holeBlock ? undefined : block * blockBytes + within;
      return { address, runBytes: Math.min(chunkBytes - within, inode.sizeBytes - offset), isMeta: false };
    }
    const tailAt =
      inode.layout === layoutInline
        ? inode.sizeBytes - (inode.sizeBytes % blockBytes || blockBytes)
        : inode.sizeBytes;
    if (offset >= tailAt) {
      return { address: behindInode + (offset - tailAt), runBytes: inode.sizeBytes - offset, isMeta: true };
    }
    return {
      address: inode.union * blockBytes + offset,
      runBytes: tailAt - offset,
      isMeta: inode.kind === "directory",
    };
  }

  async #read(address: number, lengthBytes: number): Promise<Uint8Array> {
    if (address + lengthBytes > this.#source.sizeBytes) throw corruptImage("data outside the image");
    return this.#source.readNow?.(address, lengthBytes) ?? (await this.#source.read(address, lengthBytes));
  }

  /** Like #read() through a cache of blocks, for what is asked for in small pieces. */
  async #meta(address: number, lengthBytes: number): Promise<Uint8Array> {
    if (address + lengthBytes > this.#source.sizeBytes) throw corruptImage("data outside the image");
    const within = address % blockBytes;
    if (within + lengthBytes > blockBytes) return this.#read(address, lengthBytes);
    const index = (address - within) / blockBytes;
    let block = this.#blocks.get(index);
    if (block === undefined) {
      block = await this.#read(
        address - within,
        Math.min(blockBytes, this.#source.sizeBytes - (address - within)),
      );
      if (this.#blocks.size >= maxCachedBlocks) this.#blocks.delete(this.#blocks.keys().next().value!);
      this.#blocks.set(index, block);
    }
    return block.subarray(within, within + lengthBytes);
  }
}

function empty(): ReadableStream<Uint8Array> {
  return new ReadableStream({ start: (controller) => controller.close() });
}
