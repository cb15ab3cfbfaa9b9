// Unpacks gzip and zstd streams, told by their first bytes as Docker does. fflate and not DecompressionStream for gzip: Chromium's
// refuses files of several members, as eStargz makes them. zstddec needs its input at hand, so zstd is read from files only.

import { Gunzip } from "fflate";
import { ZSTDDecoder } from "zstddec/stream";
import { EngineError, messageOf } from "../base/errors.ts";

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
export function gunzip(packed: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  return streamFrom(gunzipPieces(packed));
}

/** All frames, one after another. The stream fails with EngineError("corrupt"). */
export async function unzstd(packed: Iterable<Uint8Array>): Promise<ReadableStream<Uint8Array>> {
  const decoder = new ZSTDDecoder();
  await decoder.init();
  return streamFrom(zstdPieces(decoder, packed));
}

async function* gunzipPieces(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
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

function* zstdPieces(decoder: ZSTDDecoder, packed: Iterable<Uint8Array>): Generator<Uint8Array> {
  let pulls = 0;
  const counted = (function* () {
    for (const chunk of packed) {
      pulls++;
      if (chunk.byteLength > 0) yield chunk;
    }
  })();
  const pieces = decoder.decodeStreaming(counted);
  let idlePulls = -1;
  for (;;) {
    const { done, value } = nextPiece(pieces);
    if (done) return;
    if (value.byteLength > 0) {
      idlePulls = -1;
      yield value;
    } else if (idlePulls === pulls) {
      // The decoder ignores errors and would spin on the same input for ever.
      throw new EngineError("corrupt", "invalid zstd data");
    } else idlePulls = pulls;
  }
}

function nextPiece(pieces: Generator<Uint8Array>): { done: boolean; value: Uint8Array } {
  try {
    const { done, value } = pieces.next();
    return { done: done === true, value: value ?? new Uint8Array(0) };
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    throw new EngineError("corrupt", `invalid zstd data: ${messageOf(cause)}`, { cause });
  }
}

function streamFrom(pieces: AsyncGenerator<Uint8Array> | Generator<Uint8Array>): ReadableStream<Uint8Array> {
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
