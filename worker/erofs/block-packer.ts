// Decides where inodes go: an inode with its xattrs and its tail must not cross a block's end, so a few blocks stay open
// and each inode goes into the fullest one that has room.

import { blockBytes, slotBytes } from "./erofs-format.ts";

const maxOpenBlocks = 16;
/** A block with less room than the smallest inode is full. */
const minRoomBytes = 64;

export interface PackedSlot {
  /** Which block of the packer, from 0 in the order in which they were begun. */
  readonly block: number;
  readonly offset: number;
}

export class BlockPacker {
  readonly #open: { block: number; used: number }[] = [];
  readonly #onFull: (block: number) => void;
  /** Full, but its owner has yet to fill the place it was given last. */
  readonly #leaving: number[] = [];
  #count = 0;

  /** `onFull` hears of each block that nothing is added to any more, before the next place is given. */
  constructor(onFull: (block: number) => void = () => {}) {
    this.#onFull = onFull;
  }

  /** Blocks begun. */
  get count(): number {
    return this.#count;
  }

  /** A place for up to a block of bytes. What is larger gets blocks of its own, one after another. */
  place(sizeBytes: number): PackedSlot {
    for (const block of this.#leaving.splice(0)) this.#onFull(block);
    const rounded = Math.ceil(sizeBytes / slotBytes) * slotBytes;
    if (rounded > blockBytes) {
      const block = this.#count;
      this.#count += Math.ceil(rounded / blockBytes);
      return { block, offset: 0 };
    }
    const slot = this.#fullestWithRoom(rounded) ?? this.#begin();
    const offset = slot.used;
    slot.used += rounded;
    if (blockBytes - slot.used < minRoomBytes) this.#close(slot);
    else if (this.#open.length > maxOpenBlocks) this.#close(this.#fullest());
    return { block: slot.block, offset };
  }

  /** Ends all open blocks, oldest first. */
  closeAll(): void {
    for (const slot of this.#open.splice(0)) this.#leaving.push(slot.block);
    for (const block of this.#leaving.splice(0)) this.#onFull(block);
  }

  #begin(): { block: number; used: number } {
    const slot = { block: this.#count++, used: 0 };
    this.#open.push(slot);
    return slot;
  }

  #fullestWithRoom(sizeBytes: number): { block: number; used: number } | undefined {
    let best: { block: number; used: number } | undefined;
    for (const slot of this.#open) {
      if (slot.used + sizeBytes <= blockBytes && (best === undefined || slot.used > best.used)) best = slot;
    }
    return best;
  }

  #fullest(): { block: number; used: number } {
    return this.#open.reduce((best, slot) => (slot.used > best.used ? slot : best));
  }

  #close(slot: { block: number; used: number }): void {
    this.#open.splice(this.#open.indexOf(slot), 1);
    this.#leaving.push(slot.block);
  }
}
