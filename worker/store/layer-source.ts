// The EROFS image of one layer, read at random: a blob in the store, or compressed chunks fetched from where the images that ship are.

export interface LayerSource {
  /** A multiple of 4096. */
  readonly sizeBytes: number;
  /** Exactly `lengthBytes` bytes. Rejects with EngineError("corrupt" | "unavailable"). */
  read(offset: number, lengthBytes: number): Promise<Uint8Array>;
  /** The same when the bytes are at hand without waiting, else undefined. */
  readNow?(offset: number, lengthBytes: number): Uint8Array | undefined;
}
