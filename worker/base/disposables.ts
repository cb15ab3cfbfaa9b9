// Whoever owns a listener, a timer or a port adds it here, and one dispose() ends them all, last added first.

export type Dispose = () => void;

export class Disposables {
  readonly #items: Dispose[] = [];
  #disposed = false;

  get disposed(): boolean {
    return this.#disposed;
  }

  /** Runs at once when this is disposed already. */
  add(dispose: Dispose): void {
    if (this.#disposed) dispose();
    else this.#items.push(dispose);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (let item = this.#items.pop(); item !== undefined; item = this.#items.pop()) item();
  }
}
