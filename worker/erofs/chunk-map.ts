// The block map of a file with holes (EROFS "chunk-based" files): one block number for every chunk of equal size, all ones
// for a chunk that is a hole. Chunks are so large that no map has more than 2048 of them.

import { blockBytes } from "./erofs-format.ts";

const maxChunks = 2048;
export const holeBlock = 0xffff_ffff;

export class ChunkMap {
  readonly chunkBytes: number;
  /** What the inode says about the chunks: their size as a power of two, in blocks. */
  readonly format: number;
  readonly #sizeBytes: number;
  readonly #blocks: Uint32Array;

  /** A file that got `written` bytes so far, one block after another from `firstBlock`. */
  constructor(sizeBytes: number, firstBlock: number, written: number) {
    this.#sizeBytes = sizeBytes;
    this.chunkBytes = ChunkMap.chunkBytesFor(sizeBytes);
    this.format = Math.log2(this.chunkBytes / blockBytes);
    this.#blocks = new Uint32Array(Math.ceil(sizeBytes / this.chunkBytes)).fill(holeBlock);
    const begun = Math.ceil(written / this.chunkBytes);
    for (let index = 0; index < begun; index++) {
      this.#blocks[index] = firstBlock + index * (this.chunkBytes / blockBytes);
    }
  }

  static chunkBytesFor(sizeBytes: number): number {
    let chunkBytes = blockBytes;
    while (chunkBytes * maxChunks < sizeBytes) chunkBytes *= 2;
    return chunkBytes;
  }

  /** Notes the chunks that begin in the next `count` bytes from `position`; those bytes are appended at `block`. */
  begin(position: number, count: number, block: number): void {
    const first = Math.ceil(position / this.chunkBytes);
    const end = Math.ceil((position + count) / this.chunkBytes);
    for (let index = first; index < end; index++) {
      this.#blocks[index] = block + (index * this.chunkBytes - position) / blockBytes;
    }
  }

  /** How many of the zeros from `position` to `end` complete the chunk that has begun. */
  zerosBefore(position: number, end: number): number {
    return Math.min(end, Math.ceil(position / this.chunkBytes) * this.chunkBytes) - position;
  }

  /** How many of the zeros from `position`, where a chunk begins, to `end` are whole chunks: holes. */
  skippable(position: number, end: number): number {
    if (position % this.chunkBytes !== 0) return 0;
    const until = end === this.#sizeBytes ? end : Math.floor(end / this.chunkBytes) * this.chunkBytes;
    return Math.max(0, until - position);
  }

  encode(): Uint8Array {
    const bytes = new Uint8Array(this.#blocks.length * 4);
    const view = new DataView(bytes.buffer);
    for (const [index, block] of this.#blocks.entries()) view.setUint32(index * 4, block, true);
    return bytes;
  }
}
