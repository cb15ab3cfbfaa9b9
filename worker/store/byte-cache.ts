// Byte arrays by name, the least recently used dropped when they take more than a limit. Layers share one, so that ten images
// cost no more memory than one.

export class ByteCache {
  readonly #limitBytes: number;
  /** In order of use: the first is the next to go. */
  readonly #entries = new Map<string, Uint8Array>();
  #usedBytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  get(key: string): Uint8Array | undefined {
    const bytes = this.#entries.get(key);
    if (bytes === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, bytes);
    return bytes;
  }

  /** The array is kept, not copied. One larger than the limit is not kept at all. */
  put(key: string, bytes: Uint8Array): void {
    this.delete(key);
    if (bytes.byteLength > this.#limitBytes) return;
    this.#entries.set(key, bytes);
    this.#usedBytes += bytes.byteLength;
    for (const [oldest, { byteLength }] of this.#entries) {
      if (this.#usedBytes <= this.#limitBytes) break;
      this.#entries.delete(oldest);
      this.#usedBytes -= byteLength;
    }
  }

  delete(key: string): void {
    const bytes = this.#entries.get(key);
    if (bytes === undefined) return;
    this.#entries.delete(key);
    this.#usedBytes -= bytes.byteLength;
  }
}
