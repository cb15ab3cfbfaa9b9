// A layer kept as a blob in the store: always at hand.

import { EngineError } from "../base/errors.ts";
import type { ByteFile } from "./byte-file.ts";
import type { LayerSource } from "./layer-source.ts";

export class BlobSource implements LayerSource {
  readonly #file: ByteFile;
  readonly #name: string;

  /** `name` is for messages. The file stays the caller's to close. */
  constructor(file: ByteFile, name: string) {
    this.#file = file;
    this.#name = name;
  }

  get sizeBytes(): number {
    return this.#file.sizeBytes;
  }

  async read(offset: number, lengthBytes: number): Promise<Uint8Array> {
    return this.readNow(offset, lengthBytes);
  }

  readNow(offset: number, lengthBytes: number): Uint8Array {
    const bytes = new Uint8Array(lengthBytes);
    if (this.#file.readAt(offset, bytes) !== lengthBytes)
      throw new EngineError("corrupt", `layer ${this.#name} is cut off`);
    return bytes;
  }
}
