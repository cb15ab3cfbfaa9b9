// Counts the bytes that are under way to a peer, so that whoever sends waits for whoever reads.

/** One writer waits at a time: a WritableStream never writes two chunks at once. */
export class AckWindow {
  readonly #limit: number;
  #unacknowledged = 0;
  #closed: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Bytes that may be sent now, at least 1; waits until there are any. Rejects when closed or aborted. */
  async room(signal: AbortSignal): Promise<number> {
    for (;;) {
      if (this.#closed !== undefined) throw this.#closed;
      signal.throwIfAborted();
      const room = this.#limit - this.#unacknowledged;
      if (room > 0) return room;
      await new Promise<void>((resolve) => {
        this.#wake = () => {
          signal.removeEventListener("abort", this.#wake!);
          resolve();
        };
        signal.addEventListener("abort", this.#wake);
      });
    }
  }

  sent(bytes: number): void {
    this.#unacknowledged += bytes;
  }

  acknowledge(bytes: number): void {
    if (!(bytes > 0)) return;
    this.#unacknowledged = Math.max(0, this.#unacknowledged - bytes);
    this.#wake?.();
  }

  close(reason: Error): void {
    this.#closed ??= reason;
    this.#wake?.();
  }
}
