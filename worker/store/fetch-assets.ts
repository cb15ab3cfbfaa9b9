// Assets by fetch, for the browser. Everything that ships is small and read whole, so a plain GET is sent and any static server will do;
// the browser's HTTP cache and the service worker keep it.

import type { AssetReader } from "./asset-reader.ts";

export class FetchAssets implements AssetReader {
  readonly #base: URL;
  readonly #fetch: (url: URL) => Promise<Response>;

  /** `base` ends with a slash; names are files in it. */
  constructor(base: URL, fetchUrl: (url: URL) => Promise<Response> = (url) => fetch(url)) {
    this.#base = base;
    this.#fetch = fetchUrl;
  }

  async read(name: string, offset: number, lengthBytes: number): Promise<Uint8Array> {
    const response = await this.#fetch(new URL(encodeURIComponent(name), this.#base));
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`${name}: HTTP ${response.status}`);
    }
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (offset + lengthBytes > bytes.byteLength)
      throw new Error(`${name} has ${bytes.byteLength} bytes, ${offset + lengthBytes} were expected`);
    return bytes.subarray(offset, offset + lengthBytes);
  }
}
