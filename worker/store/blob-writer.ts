// A blob in the making. It may be written at random, as an EROFS image is, and is hashed when it is complete.

import { EngineError } from "../base/errors.ts";
import type { ByteFile } from "./byte-file.ts";
import { Sha256, type Sha256Digest } from "./sha256.ts";

const READ_BYTES = 1_048_576;

export class BlobWriter {
  /** What the blob will hold. */
  readonly file: ByteFile;
  readonly #outcome: { keep(digest: Sha256Digest): Promise<void>; drop(): Promise<void> };
  #ended = false;

  constructor(file: ByteFile, outcome: { keep(digest: Sha256Digest): Promise<void>; drop(): Promise<void> }) {
    this.file = file;
    this.#outcome = outcome;
  }

  /**
   * Makes the blob visible and durable; resolves to its digest. Rejects with EngineError("corrupt") when it is not
   * `expected`, and whatever goes wrong, nothing is left behind.
   */
  async commit(expected?: Sha256Digest): Promise<Sha256Digest> {
    if (this.#ended) throw new EngineError("internal", "the blob is finished already");
    try {
      const digest = await digestOf(this.file);
      if (expected !== undefined && digest !== expected)
        throw new EngineError("corrupt", `wrong digest: expected ${expected}, got ${digest}`);
      this.file.flush();
      this.#ended = true;
      this.file.close();
      await this.#outcome.keep(digest);
      return digest;
    } catch (error) {
      await this.abort();
      await this.#outcome.drop();
      throw error;
    }
  }

  /** Leaves nothing behind; a no-op after commit() or abort(). */
  async abort(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    this.file.close();
    await this.#outcome.drop();
  }
}

/** Of a whole file. Hands the thread over now and then: a big file takes seconds. */
export async function digestOf(file: ByteFile): Promise<Sha256Digest> {
  const hash = await Sha256.create();
  const buffer = new Uint8Array(Math.min(READ_BYTES, Math.max(1, file.sizeBytes)));
  for (let offset = 0, read = 1; read > 0; offset += read) {
    read = file.readAt(offset, buffer);
    hash.update(buffer.subarray(0, read));
    if (offset > 0 && offset % (32 * READ_BYTES) === 0)
      await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return hash.finish();
}
