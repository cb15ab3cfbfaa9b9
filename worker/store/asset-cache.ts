// Assets that were fetched once, kept in the browser's Cache Storage under their names. A name carries the start of its content's SHA-256
// (`NAME-16HEX.EXT`), so an entry is checked without asking anyone; a damaged one is dropped and fetched again.

import { ASSET_CACHE } from "../base/asset-cache-name.ts";
import { assetDigest } from "./asset-digest.ts";
import { type OnPart, readBody } from "./read-body.ts";

const HASHED_NAME = /-([0-9a-f]{16})\.[\w]+$/;

export class AssetCache {
  readonly #cache: Cache | undefined;
  readonly #url: (name: string) => string;

  private constructor(cache: Cache | undefined, url: (name: string) => string) {
    this.#cache = cache;
    this.#url = url;
  }

  /** Where the browser gives no storage, nothing is ever found. Never rejects. */
  static async open(url: (name: string) => string): Promise<AssetCache> {
    const cache =
      typeof caches === "undefined" ? undefined : await caches.open(ASSET_CACHE).catch(() => undefined);
    return new AssetCache(cache, url);
  }

  /** Finds nothing and keeps nothing. */
  static none(): AssetCache {
    return new AssetCache(undefined, (name) => name);
  }

  get available(): boolean {
    return this.#cache !== undefined;
  }

  /** Whole and undamaged, or undefined. `onPart` hears it as it is read, before it is checked. */
  async get(name: string, onPart?: OnPart): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const expected = HASHED_NAME.exec(name)?.[1];
    if (this.#cache === undefined || expected === undefined) return undefined;
    try {
      const found = await this.#cache.match(this.#url(name));
      if (found === undefined) return undefined;
      const bytes = await readBody(found, onPart);
      if ((await startOfSha256(bytes)) === expected) return bytes;
      await this.#cache.delete(this.#url(name));
    } catch {
      // As if it were not there.
    }
    return undefined;
  }

  /** Best effort; rejects only when `strict`, with the browser's error. */
  async put(name: string, bytes: Uint8Array<ArrayBuffer>, strict = false): Promise<void> {
    if (this.#cache === undefined || !HASHED_NAME.test(name)) return;
    try {
      await this.#cache.put(this.#url(name), new Response(bytes));
    } catch (error) {
      if (strict) throw error;
    }
  }
}

export async function isAsNamed(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const expected = HASHED_NAME.exec(name)?.[1];
  return expected === undefined || (await startOfSha256(bytes)) === expected;
}

async function startOfSha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = await assetDigest(bytes);
  return digest.slice("sha256:".length, "sha256:".length + 16);
}
