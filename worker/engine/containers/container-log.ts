// The output of one container, as `docker logs` gives it back: whole lines with the time they were completed, in a ring
// of bounded size. An entry holds as many lines as came at once; a line without an end waits until 16 KiB.

import { concatBytes } from "../../base/streams.ts";

export type OutputStream = "stdout" | "stderr";

export interface LogEntry {
  readonly stream: OutputStream;
  readonly timeMs: number;
  /** Whole lines, or a piece of one that is too long. */
  readonly bytes: Uint8Array;
}

const NEWLINE = 0x0a;
const LONGEST_LINE_BYTES = 16_384;
const ENTRY_OVERHEAD_BYTES = 64;

export class ContainerLog {
  readonly #limitBytes: number;
  #entries: LogEntry[] = [];
  /** How many entries have been dropped: the number of the first one that is kept. */
  #dropped = 0;
  #sizeBytes = 0;
  #pending: Record<OutputStream, Uint8Array> = { stdout: new Uint8Array(), stderr: new Uint8Array() };
  #wake: (() => void)[] = [];
  #open = false;

  constructor(limitBytes = 8 * 1024 * 1024) {
    this.#limitBytes = limitBytes;
  }

  /** Number of the next entry: what a follower waits for. */
  get end(): number {
    return this.#dropped + this.#entries.length;
  }

  /** Of those kept. */
  get first(): number {
    return this.#dropped;
  }

  /** Output may still come. */
  get open(): boolean {
    return this.#open;
  }

  /** Undefined for entries that were dropped or are not there yet. */
  at(number: number): LogEntry | undefined {
    return this.#entries[number - this.#dropped];
  }

  beginRun(): void {
    this.#open = true;
  }

  /** Lines without an end become entries; followers come to their end. */
  endRun(timeMs: number): void {
    for (const stream of ["stdout", "stderr"] as const) {
      const rest = this.#pending[stream];
      this.#pending[stream] = new Uint8Array();
      if (rest.byteLength > 0) this.#push({ stream, timeMs, bytes: rest });
    }
    this.#open = false;
    this.#wakeAll();
  }

  append(stream: OutputStream, bytes: Uint8Array, timeMs: number): void {
    const cut = bytes.lastIndexOf(NEWLINE) + 1;
    if (cut > 0) {
      this.#push({ stream, timeMs, bytes: concatBytes([this.#pending[stream], bytes.subarray(0, cut)]) });
      this.#pending[stream] = bytes.slice(cut);
    } else {
      this.#pending[stream] = concatBytes([this.#pending[stream], bytes]);
    }
    while (this.#pending[stream].byteLength >= LONGEST_LINE_BYTES) {
      const rest = this.#pending[stream];
      this.#push({ stream, timeMs, bytes: rest.slice(0, LONGEST_LINE_BYTES) });
      this.#pending[stream] = rest.slice(LONGEST_LINE_BYTES);
    }
  }

  /** Puts back what an earlier life of the machine has kept. */
  restore(entries: readonly LogEntry[]): void {
    for (const entry of entries) this.#push(entry);
  }

  /** Resolves when something is added or the run ends, or `signal` aborts. */
  async changed(signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted) return;
    await new Promise<void>((resolve) => {
      this.#wake.push(resolve);
      signal?.addEventListener("abort", () => resolve(), { once: true });
    });
  }

  #push(entry: LogEntry): void {
    this.#entries.push(entry);
    this.#sizeBytes += entry.bytes.byteLength + ENTRY_OVERHEAD_BYTES;
    if (this.#sizeBytes > this.#limitBytes) this.#dropOldest();
    this.#wakeAll();
  }

  /** Down to three quarters of the limit, so that dropping is rare. */
  #dropOldest(): void {
    let count = 0;
    while (this.#sizeBytes > this.#limitBytes * 0.75 && count < this.#entries.length - 1) {
      this.#sizeBytes -= (this.#entries[count]?.bytes.byteLength ?? 0) + ENTRY_OVERHEAD_BYTES;
      count++;
    }
    this.#entries = this.#entries.slice(count);
    this.#dropped += count;
  }

  #wakeAll(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
  }
}
