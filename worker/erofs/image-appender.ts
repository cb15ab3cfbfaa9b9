// Appends to the image in order through one buffer, so that the file sees few large writes, and bounds its size.

import { EngineError } from "../base/errors.ts";
import type { ByteFile } from "../store/byte-file.ts";
import { blockBytes } from "./erofs-format.ts";

const bufferBytes = 1_048_576;

export class ImageAppender {
  readonly #file: ByteFile;
  readonly #maxBytes: number;
  readonly #buffer = new Uint8Array(bufferBytes);
  #fill = 0;
  #written: number;

  /** Starts at `offset`. */
  constructor(file: ByteFile, offset: number, maxBytes: number) {
    this.#file = file;
    this.#written = offset;
    this.#maxBytes = maxBytes;
  }

  /** Where the next byte goes. */
  get offset(): number {
    return this.#written + this.#fill;
  }

  /** The number of the block that begins here. */
  get block(): number {
    return this.offset / blockBytes;
  }

  /** Throws EngineError("out-of-space") when `bytes` more would pass the limit. */
  reserve(bytes: number): void {
    if (this.offset + bytes > this.#maxBytes) {
      throw new EngineError("out-of-space", `The image would be larger than ${this.#maxBytes} bytes`);
    }
  }

  append(bytes: Uint8Array): void {
    this.reserve(bytes.byteLength);
    for (let at = 0; at < bytes.byteLength; ) {
      if (this.#fill === 0 && bytes.byteLength - at >= bufferBytes) {
        this.#file.writeAt(this.#written, at === 0 ? bytes : bytes.subarray(at));
        this.#written += bytes.byteLength - at;
        return;
      }
      const count = Math.min(bytes.byteLength - at, bufferBytes - this.#fill);
      this.#buffer.set(
        at === 0 && count === bytes.byteLength ? bytes : bytes.subarray(at, at + count),
        this.#fill,
      );
      this.#fill += count;
      at += count;
      if (this.#fill === bufferBytes) this.flush();
    }
  }

  appendZeros(count: number): void {
    this.reserve(count);
    for (let left = count; left > 0; ) {
      const part = Math.min(left, bufferBytes - this.#fill);
      this.#buffer.fill(0, this.#fill, this.#fill + part);
      this.#fill += part;
      left -= part;
      if (this.#fill === bufferBytes) this.flush();
    }
  }

  /** Fills the block that has begun with zeros. */
  padBlock(): void {
    const within = this.offset % blockBytes;
    if (within > 0) this.appendZeros(blockBytes - within);
  }

  /** Hands what is buffered to the file. */
  flush(): void {
    if (this.#fill === 0) return;
    this.#file.writeAt(this.#written, this.#buffer.subarray(0, this.#fill));
    this.#written += this.#fill;
    this.#fill = 0;
  }
}
