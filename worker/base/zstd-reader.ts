// Unpacks Zstandard frame after frame, as their bytes come. The decoder is zstddec's, the reference implementation as WebAssembly; its streaming
// interface is driven from here (zstd.h, "Streaming decompression"): zstddec's own wants all input at hand, does not tell damage, and
// copies every piece.

import { ZSTDDecoder } from "zstddec/stream";
import type { Chunks } from "./streams.ts";

/** zstddec's exports; pointers and sizes are in bytes of `memory`. */
interface ZstdExports {
  readonly memory: WebAssembly.Memory;
  malloc(bytes: number): number;
  free(pointer: number): void;
  ZSTD_createDCtx(): number;
  ZSTD_freeDCtx(context: number): void;
  ZSTD_DStreamOutSize(): number;
  /** A hint of how much input comes next, 0 at a frame's end; or an error. */
  ZSTD_decompressStream(context: number, output: number, input: number): number;
}

/** ZSTD_inBuffer and ZSTD_outBuffer: pointer, size and position. */
const BUFFER_BYTES = 12;
const POSITION = 8;
/** Errors are the negatives of small numbers (zstd_errors.h, ZSTD_error_maxCode). */
const FIRST_ERROR = 2 ** 32 - 120;
/** So much of the input is in the decoder's memory at a time. */
const PART_BYTES = 262_144;

let loaded: Promise<ZstdExports> | undefined;

/** Nobody else may use zstddec/stream: it says only once what it has loaded. */
function load(): Promise<ZstdExports> {
  loaded ??= new Promise((resolve, reject) => {
    const decoder = new ZSTDDecoder();
    const keep = decoder._init;
    decoder._init = (result) => {
      keep(result);
      resolve(result.instance.exports as unknown as ZstdExports);
    };
    decoder.init().catch(reject);
  });
  return loaded;
}

export class ZstdReader {
  readonly #zstd: ZstdExports;
  readonly #context: number;
  readonly #buffers: number;
  readonly #in: number;
  readonly #out: number;
  readonly #outBytes: number;
  #waiting: Uint8Array = new Uint8Array();
  /** Of what is in the decoder's memory. */
  #inBytes = 0;
  #inPosition = 0;
  /** The last piece filled its room: there is more without more input. */
  #full = false;
  #insideFrame = false;

  private constructor(zstd: ZstdExports) {
    this.#zstd = zstd;
    this.#context = zstd.ZSTD_createDCtx();
    this.#buffers = zstd.malloc(2 * BUFFER_BYTES);
    this.#in = zstd.malloc(PART_BYTES);
    this.#outBytes = zstd.ZSTD_DStreamOutSize();
    this.#out = zstd.malloc(this.#outBytes);
  }

  /** To be unpacked with, which frees its memory. */
  static async open(): Promise<ZstdReader> {
    return new ZstdReader(await load());
  }

  /**
   * What `packed` unpacks to, to its end; each piece is valid until the next is asked for. Once only. Throws what `damaged` makes of the reason,
   * or what `packed` throws.
   */
  async *unpack(packed: Chunks, damaged: (cause: unknown) => Error): AsyncGenerator<Uint8Array> {
    const next = () => {
      try {
        return this.#next();
      } catch (cause) {
        throw damaged(cause);
      }
    };
    try {
      for await (const chunk of packed) {
        this.#waiting = chunk;
        for (let piece = next(); piece !== undefined; piece = next()) yield piece;
      }
      if (this.#insideFrame) throw damaged(new Error("the last frame is incomplete"));
    } finally {
      this.#free();
    }
  }

  #free(): void {
    for (const pointer of [this.#buffers, this.#in, this.#out]) this.#zstd.free(pointer);
    this.#zstd.ZSTD_freeDCtx(this.#context);
  }

  /** Undefined when it needs more input. Throws an Error on damaged data. */
  #next(): Uint8Array | undefined {
    while (this.#full || this.#hasInput()) {
      const bytes = this.#decompress();
      if (bytes > 0) return new Uint8Array(this.#zstd.memory.buffer, this.#out, bytes);
    }
    return undefined;
  }

  #hasInput(): boolean {
    if (this.#inPosition < this.#inBytes) return true;
    const part = this.#waiting.subarray(0, PART_BYTES);
    this.#waiting = this.#waiting.subarray(part.byteLength);
    new Uint8Array(this.#zstd.memory.buffer).set(part, this.#in);
    this.#inBytes = part.byteLength;
    this.#inPosition = 0;
    return this.#inBytes > 0;
  }

  /** Returns how many bytes are at #out. */
  #decompress(): number {
    const output = this.#buffers;
    const input = this.#buffers + BUFFER_BYTES;
    const before = new DataView(this.#zstd.memory.buffer);
    for (const [at, value] of [
      this.#out,
      this.#outBytes,
      0,
      this.#in,
      this.#inBytes,
      this.#inPosition,
    ].entries())
      before.setUint32(output + 4 * at, value, true);
    const result = this.#zstd.ZSTD_decompressStream(this.#context, output, input) >>> 0;
    if (result >= FIRST_ERROR) throw new Error(`zstd error ${2 ** 32 - result}`);
    // Its memory may have grown.
    const after = new DataView(this.#zstd.memory.buffer);
    const bytes = after.getUint32(output + POSITION, true);
    const inPosition = after.getUint32(input + POSITION, true);
    if (bytes === 0 && inPosition === this.#inPosition && !this.#full) throw new Error("no progress");
    this.#inPosition = inPosition;
    this.#full = bytes === this.#outBytes;
    this.#insideFrame = result !== 0;
    return bytes;
  }
}
