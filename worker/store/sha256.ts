// SHA-256 that is fed bit by bit and synchronously: WebCrypto has neither. hash-wasm compiles once and is then shared.

import { createSHA256, type IHasher } from "hash-wasm";

/** `sha256:` and 64 hex digits in lower case: how blobs, layers and images are named. */
export type Sha256Digest = `sha256:${string}`;

export class Sha256 {
  readonly #hasher: IHasher;

  private constructor(hasher: IHasher) {
    this.#hasher = hasher;
  }

  static async create(): Promise<Sha256> {
    return new Sha256((await createSHA256()).init());
  }

  update(bytes: Uint8Array): this {
    this.#hasher.update(bytes);
    return this;
  }

  /** Of everything since the start or the last finish(); the next update begins anew. */
  finish(): Sha256Digest {
    const digest = this.#hasher.digest("hex");
    this.#hasher.init();
    return `sha256:${digest}`;
  }
}

export async function sha256Of(...parts: readonly Uint8Array[]): Promise<Sha256Digest> {
  const hash = await Sha256.create();
  for (const part of parts) hash.update(part);
  return hash.finish();
}
