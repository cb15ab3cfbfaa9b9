// Unpacks gzip and zstd streams, told by their first bytes as Docker does. fflate and not DecompressionStream for gzip: Chromium's
// refuses files of several members, as eStargz makes them.

import { Gunzip } from "fflate";
import { EngineError, messageOf } from "../base/errors.ts";
import type { Chunks } from "../base/streams.ts";
import { ZstdReader } from "../base/zstd-reader.ts";

export type Compression = "none" | "gzip" | "zstd" | "bzip2" | "xz";

const MAGICS: readonly (readonly [Compression, readonly number[]])[] = [
  ["gzip", [0x1f, 0x8b]],
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
  ["bzip2", [0x42, 0x5a, 0x68]],
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
];
/** Enough to tell; a skippable zstd frame (0x184D2A5?) counts as zstd too. */
export const COMPRESSION_HEAD_BYTES = 6;
/** Deflate unfolds up to 1032 to 1: small bites keep the unpacked piece below 17 MiB. */
const GZIP_BITE_BYTES = 16_384;

export function compressionOf(head: Uint8Array): Compression {
  const known = MAGICS.find(([, magic]) => magic.every((byte, index) => head[index] === byte));
  if (known !== undefined) return known[0];
  const skippable = (head[0] ?? 0) >> 4 === 5 && head[1] === 0x2a && head[2] === 0x4d && head[3] === 0x18;
  return skippable ? "zstd" : "none";
}

/** All members, one after another. The stream fails with EngineError("corrupt"). */
export function gunzip(packed: Chunks): ReadableStream<Uint8Array> {
  return streamFrom(gunzipPieces(packed));
}

/** All frames, one after another. The stream fails with EngineError("corrupt"). */
export function unzstd(packed: Chunks): ReadableStream<Uint8Array> {
  return streamFrom(zstdPieces(packed));
}

async function* gunzipPieces(packed: Chunks): AsyncGenerator<Uint8Array> {
  const pieces: Uint8Array[] = [];
  const decoder = new Gunzip((piece) => {
    if (piece.byteLength > 0) pieces.push(piece);
  });
  const push = (bytes: Uint8Array, final: boolean) => {
    try {
      decoder.push(bytes, final);
    } catch (cause) {
      throw new EngineError("corrupt", `invalid gzip data: ${messageOf(cause)}`, { cause });
    }
  };
  for await (const chunk of packed) {
    for (let offset = 0; offset < chunk.byteLength; offset += GZIP_BITE_BYTES) {
      push(chunk.subarray(offset, offset + GZIP_BITE_BYTES), false);
      yield* pieces.splice(0);
    }
  }
  push(new Uint8Array(0), true);
  yield* pieces.splice(0);
}

async function* zstdPieces(packed: Chunks): AsyncGenerator<Uint8Array> {
  const damaged = (cause: unknown) =>
    new EngineError("corrupt", `invalid zstd data: ${messageOf(cause)}`, { cause });
  const reader = await ZstdReader.open();
  for await (const piece of reader.unpack(packed, damaged)) yield piece.slice();
}

function streamFrom(pieces: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await pieces.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await pieces.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}
