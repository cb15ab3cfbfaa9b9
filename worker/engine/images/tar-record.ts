// What a layer's tar has besides the content of its files: headers, padding, order, trailer. Kept beside the layer's EROFS image, which has
// the content, it gives the tar back byte for byte, so that `docker save` and `push` keep every digest. (The idea of tar-split.)
// Form: gzip of parts in order: 0 + length + bytes of the archive, or 1 + path + offset + length of a file's content; numbers are varints.

import { Gzip } from "fflate";
import { EngineError } from "../../base/errors.ts";
import type { ByteFile } from "../../store/byte-file.ts";
import { entryPathSegments } from "../../tar/entry-path.ts";
import { encodePath } from "../../tar/path-bytes.ts";
import type { TarHandler } from "../../tar/tar-parser.ts";

export const RECORD_BYTES = 0;
export const RECORD_CONTENT = 1;
/** Longer runs are cut, so that whoever reads a record holds little. */
export const LONGEST_RECORD_RUN = 65_536;

const BUFFER_BYTES = 65_536;

/** Listens in while a tar is read: `onBytes` before the parser sees a chunk, `listening` around its handler. */
export class TarRecorder {
  readonly #gzip: Gzip;
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  #fill = 0;
  #written = 0;
  #chunk: Uint8Array = new Uint8Array(0);
  /** Up to here `#chunk` is in the record. */
  #at = 0;
  readonly #paths = new Set<string>();
  #path: Uint8Array | undefined;
  #position = 0;
  #usable = true;

  /** Writes into `file`, which is empty. */
  constructor(file: ByteFile) {
    this.#gzip = new Gzip({ level: 6, mtime: 0 }, (bytes) => {
      file.writeAt(this.#written, bytes);
      this.#written += bytes.byteLength;
    });
  }

  onBytes(chunk: Uint8Array): void {
    this.#bytesUpTo(this.#chunk.byteLength);
    this.#chunk = chunk;
    this.#at = 0;
  }

  listening(handler: TarHandler): TarHandler {
    return {
      entry: (entry) => {
        this.#position = 0;
        this.#path = entry.type === "file" ? this.#contentPath(entry.path) : undefined;
        handler.entry(entry);
      },
      data: (bytes) => {
        this.#data(bytes);
        handler.data(bytes);
      },
      hole: (lengthBytes) => {
        this.#position += lengthBytes;
        if (!handler.hole) throw new EngineError("internal", "this needs a handler that knows holes");
        handler.hole(lengthBytes);
      },
      end: () => handler.end(),
    };
  }

  /** Completes the record. False: the image does not have all of the content, as when a path occurs twice; the file is of no use then. */
  finish(): boolean {
    this.#bytesUpTo(this.#chunk.byteLength);
    this.#flush(true);
    return this.#usable;
  }

  /** Undefined for what the image leaves out: its content stays in the record. */
  #contentPath(path: string): Uint8Array | undefined {
    const segments = entryPathSegments(path);
    if (segments.some((segment) => segment.startsWith(".wh."))) return undefined;
    const name = segments.join("/");
    if (this.#paths.has(name)) this.#usable = false;
    this.#paths.add(name);
    return encodePath(name);
  }

  #data(bytes: Uint8Array): void {
    const start = bytes.byteOffset - this.#chunk.byteOffset;
    const end = start + bytes.byteLength;
    const isOfChunk =
      bytes.buffer === this.#chunk.buffer && start >= this.#at && end <= this.#chunk.byteLength;
    if (isOfChunk && this.#path !== undefined && bytes.byteLength > 0) {
      this.#bytesUpTo(start);
      this.#number(RECORD_CONTENT);
      this.#number(this.#path.byteLength);
      this.#put(this.#path);
      this.#number(this.#position);
      this.#number(bytes.byteLength);
      this.#at = end;
    }
    this.#position += bytes.byteLength;
  }

  #bytesUpTo(end: number): void {
    while (this.#at < end) {
      const run = this.#chunk.subarray(this.#at, Math.min(end, this.#at + LONGEST_RECORD_RUN));
      this.#number(RECORD_BYTES);
      this.#number(run.byteLength);
      this.#put(run);
      this.#at += run.byteLength;
    }
  }

  #number(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0)
      throw new EngineError("internal", "no number for a record");
    if (this.#fill + 10 > BUFFER_BYTES) this.#flush(false);
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.#buffer[this.#fill++] = (rest % 0x80) | 0x80;
    this.#buffer[this.#fill++] = rest;
  }

  #put(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.byteLength; ) {
      if (this.#fill === BUFFER_BYTES) this.#flush(false);
      const part = bytes.subarray(at, at + BUFFER_BYTES - this.#fill);
      this.#buffer.set(part, this.#fill);
      this.#fill += part.byteLength;
      at += part.byteLength;
    }
  }

  #flush(final: boolean): void {
    this.#gzip.push(this.#buffer.slice(0, this.#fill), final);
    this.#fill = 0;
  }
}
