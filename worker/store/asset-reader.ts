// Where files that ship with the page come from: fetch in the browser, the build's folder in Node. The store uses it, the platform
// implements it.

export interface AssetReader {
  /**
   * Exactly `lengthBytes` bytes of the file `name` from `offset`. Rejects when it cannot, with any error: whoever reads tries
   * again. A server that ignores Range sends the whole file; the implementation cuts.
   */
  read(name: string, offset: number, lengthBytes: number): Promise<Uint8Array>;
}
