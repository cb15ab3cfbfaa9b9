// A disk as the machine sees it: a fixed number of bytes, read and written in whole sectors.

export interface BlockDevice {
  /** Fixed for the life of the machine; a multiple of 512. */
  readonly byteLength: number;
  /** Exactly `lengthBytes` bytes, at once when they are at hand. Throws or rejects with EngineError. */
  read(offset: number, lengthBytes: number): Uint8Array | Promise<Uint8Array>;
  /** All of `bytes`, before it returns. Throws EngineError("out-of-space" | "corrupt"). */
  write(offset: number, bytes: Uint8Array): void;
}

export const SECTOR_BYTES = 512;
