// Reads a snapshot from its start to its end: as it is, or from a zstd frame whose bytes are still coming, straight to where they belong. The frame's
// own checksum tells damage.

import { EngineError } from "../base/errors.ts";
import type { Chunks } from "../base/streams.ts";
import { ZstdReader } from "../base/zstd-reader.ts";

export interface SnapshotReader {
  readonly sizeBytes: number;
  /** Rejects with EngineError("corrupt") when there are fewer bytes left, or damaged ones. */
  fill(target: Uint8Array): Promise<void>;
  /** Rejects with EngineError("corrupt") unless everything has been read. */
  end(): Promise<void>;
}

/** `sizeBytes`: unpacked. Rejects also with what `packed` throws. */
export async function packedSnapshot(packed: Chunks, sizeBytes: number): Promise<SnapshotReader> {
  const damaged = (cause: unknown) =>
    new EngineError("corrupt", "The machine's snapshot is damaged", { cause });
  const reader = await ZstdReader.open();
  return new PieceReader(reader.unpack(packed, damaged), sizeBytes);
}

export function plainSnapshot(bytes: Uint8Array): SnapshotReader {
  return new PieceReader([bytes].values(), bytes.byteLength);
}

class PieceReader implements SnapshotReader {
  readonly sizeBytes: number;
  readonly #pieces: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  #piece: Uint8Array = new Uint8Array();

  constructor(pieces: AsyncIterator<Uint8Array> | Iterator<Uint8Array>, sizeBytes: number) {
    this.#pieces = pieces;
    this.sizeBytes = sizeBytes;
  }

  async fill(target: Uint8Array): Promise<void> {
    for (let filled = 0; filled < target.byteLength; ) {
      if (this.#piece.byteLength === 0 && !(await this.#next())) throw incomplete();
      const part = this.#piece.subarray(0, target.byteLength - filled);
      target.set(part, filled);
      filled += part.byteLength;
      this.#piece = this.#piece.subarray(part.byteLength);
    }
  }

  async end(): Promise<void> {
    while (this.#piece.byteLength === 0) if (!(await this.#next())) return;
    throw new EngineError("corrupt", "The machine's snapshot is longer than it says");
  }

  async #next(): Promise<boolean> {
    const { value, done } = await this.#pieces.next();
    if (done) return false;
    this.#piece = value;
    return true;
  }
}

function incomplete(): EngineError {
  return new EngineError("corrupt", "The machine's snapshot is incomplete");
}
