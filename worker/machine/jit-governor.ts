// Decides when v86 compiles guest code to WebAssembly. What is compiled runs up to five times as fast, but V8's optimiser takes about 50 ms of a
// processor for each page of code, and keeps the machine's own processor from it: short commands lose by it, and all pages at once
// are seconds. So bursts are interpreted, and while the guest stays busy v86 compiles for a part of the time: what is hot becomes so
// first, and is compiled first. SpiderMonkey's compiler is cheap: there it is always on.

import type { TurnScheduler } from "./turn-scheduler.ts";
import type { V86Machine } from "./v86.ts";

const SAMPLE_MS = 100;
/** A sample counts as busy when the guest was not halted for this much of it. */
const BUSY_MS = 40;
/** What is looked back on, and how many of it are busy where the guest is. */
const WINDOW = 10;
const BUSY_SAMPLES = 7;
/** Of each sample of a busy guest. Code that is compiled stays so, whatever this is. */
const COMPILING_MS = 10;
const JIT_DISABLED = 0;
const JIT_MAX_PAGES = 1;
const JIT_MAX_EXTRA_BLOCKS = 3;

export type JitPolicy = "governed" | "always";

/** The policy for the engine that runs us. */
export function jitPolicyFor(userAgent: string): JitPolicy {
  return /Firefox\//.test(userAgent) ? "always" : "governed";
}

export class JitGovernor {
  readonly #machine: V86Machine;
  readonly #turns: Pick<TurnScheduler, "haltedMs">;
  readonly #nowMs: () => number;
  #compiling = true;
  #window: boolean[] = [];
  #last: { atMs: number; haltedMs: number };
  #timer: ReturnType<typeof setInterval> | undefined;
  #pause: ReturnType<typeof setTimeout> | undefined;

  constructor(
    machine: V86Machine,
    turns: Pick<TurnScheduler, "haltedMs">,
    policy: JitPolicy,
    nowMs: () => number = () => performance.now(),
  ) {
    this.#machine = machine;
    this.#turns = turns;
    this.#nowMs = nowMs;
    this.#last = this.#counters();
    if (policy === "always") return;
    // Small modules: V8's optimiser takes half the time for them, and what they lose by leaving earlier is not to be measured.
    machine.v86.cpu.set_jit_config(JIT_MAX_PAGES, 1);
    machine.v86.cpu.set_jit_config(JIT_MAX_EXTRA_BLOCKS, 0);
    this.#compile(false);
    this.#timer = setInterval(() => this.#sample(), SAMPLE_MS);
    unref(this.#timer);
  }

  dispose(): void {
    clearInterval(this.#timer);
    clearTimeout(this.#pause);
  }

  #counters() {
    return { atMs: this.#nowMs(), haltedMs: this.#turns.haltedMs() };
  }

  #sample(): void {
    const now = this.#counters();
    const last = this.#last;
    this.#last = now;
    const busyMs = now.atMs - last.atMs - (now.haltedMs - last.haltedMs);
    this.#window = [...this.#window.slice(1 - WINDOW), busyMs >= BUSY_MS];
    if (this.#window.filter(Boolean).length < BUSY_SAMPLES) return;
    this.#compile(true);
    this.#pause = setTimeout(() => this.#compile(false), COMPILING_MS);
    unref(this.#pause);
  }

  #compile(on: boolean): void {
    if (on === this.#compiling) return;
    this.#compiling = on;
    this.#machine.v86.cpu.set_jit_config(JIT_DISABLED, on ? 0 : 1);
  }
}

/** In Node a timer must not keep the process alive. */
function unref(timer: { unref?: () => void } | number): void {
  if (typeof timer === "object") timer.unref?.();
}
