// A part of a file, piece by piece.

import type { ByteFile } from "../../store/byte-file.ts";

const PIECE_BYTES = 262_144;

export function* filePieces(file: ByteFile, start: number, sizeBytes: number): Generator<Uint8Array> {
  for (let done = 0; done < sizeBytes; done += PIECE_BYTES) {
    const piece = new Uint8Array(Math.min(PIECE_BYTES, sizeBytes - done));
    file.readAt(start + done, piece);
    yield piece;
  }
}
