// Regular files of an image: whole blocks of data are appended as they come, then the inode with the file's last bytes goes
// into a metadata block that fills up and is appended in its turn. So nothing of a file stays in memory.

import { EngineError } from "../base/errors.ts";
import { BlockPacker } from "./block-packer.ts";
import { ChunkMap } from "./chunk-map.ts";
import {
  blockBytes,
  extendedInodeBytes,
  layoutChunked,
  layoutInline,
  layoutPlain,
  putInode,
} from "./erofs-format.ts";
import type { ImageAppender } from "./image-appender.ts";
import type { InodeMetadata, LeafNode } from "./layer-tree.ts";

interface OpenFile {
  readonly leaf: LeafNode;
  readonly metadata: InodeMetadata;
  readonly xattrArea: Uint8Array;
  readonly sizeBytes: number;
  readonly firstBlock: number;
  /** The last bytes, when they go behind the inode; else 0. */
  tailBytes: number;
  position: number;
  chunks: ChunkMap | undefined;
}

interface OpenBlock {
  readonly bytes: Uint8Array;
  readonly inodes: { readonly leaf: LeafNode; readonly offset: number }[];
}

export class FileArea {
  /** Whether any file has holes. */
  hasChunkedFiles = false;
  readonly #appender: ImageAppender;
  readonly #packer = new BlockPacker((block) => this.#appendBlock(block));
  readonly #openBlocks = new Map<number, OpenBlock>();
  /** Blocks that were appended, to be used again. */
  readonly #spare: Uint8Array[] = [];
  readonly #tail = new Uint8Array(blockBytes);
  #file: OpenFile | undefined;

  constructor(appender: ImageAppender) {
    this.#appender = appender;
  }

  begin(leaf: LeafNode, metadata: InodeMetadata, xattrArea: Uint8Array, sizeBytes: number): void {
    if (this.#file) throw new EngineError("internal", "a file of the image is still open");
    const tail = sizeBytes % blockBytes;
    this.#file = {
      leaf,
      metadata,
      xattrArea,
      sizeBytes,
      firstBlock: this.#appender.block,
      tailBytes: extendedInodeBytes + xattrArea.byteLength + tail <= blockBytes ? tail : 0,
      position: 0,
      chunks: undefined,
    };
  }

  data(bytes: Uint8Array): void {
    const file = this.#opened(bytes.byteLength);
    const appended = Math.max(0, Math.min(bytes.byteLength, file.sizeBytes - file.tailBytes - file.position));
    file.chunks?.begin(file.position, appended, this.#appender.block);
    if (appended === bytes.byteLength) this.#appender.append(bytes);
    else {
      if (appended > 0) this.#appender.append(bytes.subarray(0, appended));
      const tailAt = file.position + appended - (file.sizeBytes - file.tailBytes);
      this.#tail.set(appended === 0 ? bytes : bytes.subarray(appended), tailAt);
    }
    file.position += bytes.byteLength;
  }

  /** The next bytes are zeros; a long run takes no room in the image. */
  hole(lengthBytes: number): void {
    const file = this.#opened(lengthBytes);
    const end = file.position + lengthBytes;
    const chunkBytes = ChunkMap.chunkBytesFor(file.sizeBytes);
    if (file.chunks === undefined && lengthBytes >= 2 * chunkBytes) {
      file.chunks = new ChunkMap(file.sizeBytes, file.firstBlock, file.position);
      file.tailBytes = 0;
    }
    if (file.chunks) {
      this.#zeros(file, file.chunks.zerosBefore(file.position, end));
      file.position += file.chunks.skippable(file.position, end);
    }
    this.#zeros(file, end - file.position);
  }

  end(): void {
    const file = this.#opened(0);
    if (file.position !== file.sizeBytes)
      throw new EngineError("internal", "a file of the image is incomplete");
    this.#file = undefined;
    this.#appender.padBlock();
    const extra = file.chunks?.encode() ?? this.#tail.subarray(0, file.tailBytes);
    const xattrAt = extendedInodeBytes;
    const extraAt = xattrAt + file.xattrArea.byteLength;
    const total = extraAt + extra.byteLength;
    const { block, offset } = this.#packer.place(total);
    const open = this.#openBlock(block, total);
    putInode(open.bytes, offset, {
      ...file.metadata,
      kind: "file",
      layout: file.chunks ? layoutChunked : file.tailBytes > 0 ? layoutInline : layoutPlain,
      sizeBytes: file.sizeBytes,
      linkCount: 1,
      union: file.chunks?.format ?? (file.sizeBytes - file.tailBytes > 0 ? file.firstBlock : 0),
      serial: file.leaf.serial,
      xattrBytes: file.xattrArea.byteLength,
    });
    open.bytes.set(file.xattrArea, offset + xattrAt);
    open.bytes.set(extra, offset + extraAt);
    open.inodes.push({ leaf: file.leaf, offset });
    if (file.chunks) this.hasChunkedFiles = true;
    if (total > blockBytes) this.#appendBlock(block);
  }

  /** Appends the metadata blocks that are not full yet. */
  finish(): void {
    if (this.#file) throw new EngineError("internal", "a file of the image is still open");
    this.#packer.closeAll();
  }

  #zeros(file: OpenFile, count: number): void {
    const appended = Math.max(0, Math.min(count, file.sizeBytes - file.tailBytes - file.position));
    file.chunks?.begin(file.position, appended, this.#appender.block);
    this.#appender.appendZeros(appended);
    if (appended < count) {
      const tailAt = file.position + appended - (file.sizeBytes - file.tailBytes);
      this.#tail.fill(0, tailAt, tailAt + count - appended);
    }
    file.position += count;
  }

  #opened(moreBytes: number): OpenFile {
    const file = this.#file;
    if (file === undefined) throw new EngineError("internal", "no file of the image is open");
    if (file.position + moreBytes > file.sizeBytes) {
      throw new EngineError("internal", "a file of the image gets more bytes than its size");
    }
    return file;
  }

  #openBlock(block: number, totalBytes: number): OpenBlock {
    let open = this.#openBlocks.get(block);
    if (open === undefined) {
      const blocks = Math.ceil(totalBytes / blockBytes);
      const spare = blocks > 1 ? undefined : this.#spare.pop();
      open = { bytes: spare?.fill(0) ?? new Uint8Array(Math.max(1, blocks) * blockBytes), inodes: [] };
      this.#openBlocks.set(block, open);
    }
    return open;
  }

  #appendBlock(block: number): void {
    const open = this.#openBlocks.get(block);
    if (open === undefined) return;
    this.#openBlocks.delete(block);
    const address = this.#appender.offset;
    for (const { leaf, offset } of open.inodes) leaf.address = address + offset;
    this.#appender.append(open.bytes);
    if (open.bytes.byteLength === blockBytes) this.#spare.push(open.bytes);
  }
}
