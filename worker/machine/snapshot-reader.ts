// Reads a snapshot from its start to its end: as it is, or from a zstd frame, unpacked piece by piece with a bound. The frame's own checksum
// tells damage.

import { ZSTDDecoder } from "zstddec/stream";
import { EngineError } from "../base/errors.ts";

const PART_BYTES = 262_144;

export interface SnapshotReader {
  readonly sizeBytes: number;
  /** Throws EngineError("corrupt") when there are fewer bytes left, or damaged ones. */
  fill(target: Uint8Array): void;
  /** Throws EngineError("corrupt") unless everything has been read. */
  end(): void;
}

/** `sizeBytes`: unpacked. */
export async function packedSnapshot(packed: Uint8Array, sizeBytes: number): Promise<SnapshotReader> {
  const decoder = new ZSTDDecoder();
  await decoder.init();
  return new PieceReader(unpack(decoder, packed), sizeBytes);
}

export function plainSnapshot(bytes: Uint8Array): SnapshotReader {
  return new PieceReader([bytes][Symbol.iterator](), bytes.byteLength);
}

function* unpack(decoder: ZSTDDecoder, packed: Uint8Array): Generator<Uint8Array> {
  let emptyPieces = 0;
  // In parts: each is copied into the decoder's memory.
  function* parts(): Generator<Uint8Array> {
    for (let at = 0; at < packed.byteLength; at += PART_BYTES) {
      emptyPieces = 0;
      yield packed.subarray(at, at + PART_BYTES);
    }
  }
  try {
    for (const piece of decoder.decodeStreaming(parts())) {
      emptyPieces = piece.byteLength === 0 ? emptyPieces + 1 : 0;
      // On damaged input it yields nothing for ever; else at most once at the end of a part.
      if (emptyPieces > 1) throw new Error("no progress");
      yield piece;
    }
  } catch (cause) {
    throw new EngineError("corrupt", "The machine's snapshot is damaged", { cause });
  }
}

class PieceReader implements SnapshotReader {
  readonly sizeBytes: number;
  readonly #pieces: Iterator<Uint8Array>;
  #piece: Uint8Array = new Uint8Array();

  constructor(pieces: Iterator<Uint8Array>, sizeBytes: number) {
    this.#pieces = pieces;
    this.sizeBytes = sizeBytes;
  }

  fill(target: Uint8Array): void {
    for (let filled = 0; filled < target.byteLength; ) {
      if (this.#piece.byteLength === 0 && !this.#next()) throw incomplete();
      const part = this.#piece.subarray(0, target.byteLength - filled);
      target.set(part, filled);
      filled += part.byteLength;
      this.#piece = this.#piece.subarray(part.byteLength);
    }
  }

  end(): void {
    while (this.#piece.byteLength === 0) if (!this.#next()) return;
    throw new EngineError("corrupt", "The machine's snapshot is longer than it says");
  }

  #next(): boolean {
    const { value, done } = this.#pieces.next();
    if (done) return false;
    this.#piece = value;
    return true;
  }
}

function incomplete(): EngineError {
  return new EngineError("corrupt", "The machine's snapshot is incomplete");
}
