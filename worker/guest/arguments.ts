// Arguments of frames: little-endian numbers, `str` as u32 length and bytes, `strs` as u32 count and that many `str`.

import { EngineError } from "../base/errors.ts";
import { concatBytes } from "../base/streams.ts";

export class ArgumentWriter {
  readonly #parts: Uint8Array[] = [];

  u8(value: number): this {
    this.#parts.push(Uint8Array.of(value));
    return this;
  }

  u16(value: number): this {
    const part = new Uint8Array(2);
    new DataView(part.buffer).setUint16(0, value, true);
    this.#parts.push(part);
    return this;
  }

  u32(value: number): this {
    const part = new Uint8Array(4);
    new DataView(part.buffer).setUint32(0, value, true);
    this.#parts.push(part);
    return this;
  }

  u64(value: number): this {
    const part = new Uint8Array(8);
    new DataView(part.buffer).setBigUint64(0, BigInt(value), true);
    this.#parts.push(part);
    return this;
  }

  str(value: string | Uint8Array): this {
    const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
    this.u32(bytes.byteLength);
    this.#parts.push(bytes);
    return this;
  }

  strs(values: readonly string[]): this {
    this.u32(values.length);
    for (const value of values) this.str(value);
    return this;
  }

  bytes(): Uint8Array {
    return concatBytes(this.#parts);
  }
}

/** Throws EngineError("corrupt") past the end. */
export class ArgumentReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get atEnd(): boolean {
    return this.#offset === this.#bytes.byteLength;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  u64(): number {
    return Number(this.#view.getBigUint64(this.#take(8), true));
  }

  blob(): Uint8Array {
    const length = this.u32();
    const start = this.#take(length);
    return this.#bytes.subarray(start, start + length);
  }

  str(): string {
    return new TextDecoder().decode(this.blob());
  }

  strs(): string[] {
    const count = this.u32();
    if (count > this.#bytes.byteLength)
      throw new EngineError("corrupt", "The guest sent an impossible count");
    return Array.from({ length: count }, () => this.str());
  }

  rest(): Uint8Array {
    return this.#bytes.subarray(this.#take(this.#bytes.byteLength - this.#offset));
  }

  #take(length: number): number {
    const start = this.#offset;
    if (length > this.#bytes.byteLength - start) {
      throw new EngineError("corrupt", "The guest sent a message that ends early");
    }
    this.#offset = start + length;
    return start;
  }
}
