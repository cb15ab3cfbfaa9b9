// Reads a byte stream by lines and by counts. What was read too far stays for the next.

import { concatBytes } from "../../base/streams.ts";

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

export class ByteReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #buffer: Uint8Array = new Uint8Array();
  #ended = false;
  #pending: Promise<boolean> | null = null;

  constructor(source: ReadableStream<Uint8Array>) {
    this.#reader = source.getReader();
  }

  /** Reads ahead without taking anything. False at the end of the stream, or when it fails. */
  fill(): Promise<boolean> {
    this.#pending ??= this.#readMore().finally(() => {
      this.#pending = null;
    });
    return this.#pending;
  }

  /** Without its end (LF or CR LF). Undefined at the end of the stream; throws RangeError beyond `limitBytes`. */
  async line(limitBytes: number): Promise<string | undefined> {
    for (let scanned = 0; ; ) {
      const end = this.#buffer.indexOf(LINE_FEED, scanned);
      if (end > limitBytes || (end < 0 && this.#buffer.byteLength > limitBytes))
        throw new RangeError(`A line of more than ${limitBytes} bytes`);
      if (end >= 0) {
        const stop = end > 0 && this.#buffer[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
        const text = latin1(this.#buffer.subarray(0, stop));
        this.#buffer = this.#buffer.subarray(end + 1);
        return text;
      }
      scanned = this.#buffer.byteLength;
      if (!(await this.fill())) return undefined;
    }
  }

  /** From 1 to `limitBytes` bytes, as they come; undefined at the end. */
  async some(limitBytes: number): Promise<Uint8Array | undefined> {
    while (this.#buffer.byteLength === 0) if (!(await this.fill())) return undefined;
    const taken = this.#buffer.subarray(0, limitBytes);
    this.#buffer = this.#buffer.subarray(taken.byteLength);
    return taken;
  }

  async cancel(): Promise<void> {
    this.#ended = true;
    await this.#reader.cancel().catch(() => {});
  }

  async #readMore(): Promise<boolean> {
    if (this.#ended) return false;
    try {
      const { done, value } = await this.#reader.read();
      if (done) this.#ended = true;
      else this.#buffer = this.#buffer.byteLength === 0 ? value : concatBytes([this.#buffer, value]);
    } catch {
      this.#ended = true;
    }
    return !this.#ended;
  }
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
