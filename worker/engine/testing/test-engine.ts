// An engine for tests: fake runtime and images, records in memory, a clock that moves when it is told to.

import type { Clock } from "../clock.ts";
import { createEngine, type EnginePorts } from "../engine.ts";
import type { RecordPort } from "../record-port.ts";
import { FakeImages } from "./fake-images.ts";
import { FakeContainerRuntime } from "./fake-runtime.ts";

export class MemoryRecords implements RecordPort {
  readonly #values = new Map<string, string>();

  async get(key: string): Promise<unknown> {
    const text = this.#values.get(key);
    return text === undefined ? undefined : JSON.parse(text);
  }

  async put(key: string, value: unknown): Promise<void> {
    this.#values.set(key, JSON.stringify(value));
  }

  async delete(key: string): Promise<void> {
    this.#values.delete(key);
  }

  async list(prefix: string): Promise<string[]> {
    return [...this.#values.keys()].filter((key) => key.startsWith(prefix)).sort();
  }
}

/** Time stands still until `advance`, which runs what has come due, in order. */
export class ManualClock implements Clock {
  #nowMs = Date.UTC(2026, 0, 2, 3, 4, 5);
  #timers: { atMs: number; callback: () => void }[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  get pendingDelaysMs(): number[] {
    return this.#timers.map(({ atMs }) => atMs - this.#nowMs).sort((one, other) => one - other);
  }

  after(delayMs: number, callback: () => void) {
    const timer = { atMs: this.#nowMs + delayMs, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }

  advance(ms: number): void {
    const until = this.#nowMs + ms;
    for (;;) {
      const [next] = this.#timers
        .filter(({ atMs }) => atMs <= until)
        .sort((one, other) => one.atMs - other.atMs);
      if (!next) break;
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      this.#timers = this.#timers.filter((each) => each !== next);
      next.callback();
    }
    this.#nowMs = until;
  }
}

export async function testEngine(ports: Partial<EnginePorts> = {}) {
  const runtime = new FakeContainerRuntime();
  const images = new FakeImages();
  const records = new MemoryRecords();
  const engine = await createEngine({ runtime, images, records, ...ports });
  return { engine, runtime, images, records };
}
