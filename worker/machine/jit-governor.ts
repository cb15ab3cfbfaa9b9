// Decides when v86 compiles guest code to WebAssembly. In V8 compiling costs more than it gains in short commands (its optimiser
// works through hundreds of small modules): off while the guest is bursty, on once it has been busy without a pause. SpiderMonkey's
// compiler is cheap: there it stays on.

import type { TurnScheduler } from "./turn-scheduler.ts";
import type { V86Machine } from "./v86.ts";

const SAMPLE_MS = 100;
/** A sample in which the guest was halted for less than this was busy. */
const BUSY_HALTED_MS = 20;
/** Busy this long: compiling pays. */
const BUSY_SAMPLES = 5;
/** Not busy this long: bursty again. */
const IDLE_SAMPLES = 5;
const JIT_DISABLED = 0;
const JIT_MAX_PAGES = 1;

export type JitPolicy = "governed" | "always";

/** The policy for the engine that runs us. */
export function jitPolicyFor(userAgent: string): JitPolicy {
  return /Firefox\//.test(userAgent) ? "always" : "governed";
}

export class JitGovernor {
  readonly #machine: V86Machine;
  readonly #turns: Pick<TurnScheduler, "haltedMs">;
  #haltedMs = 0;
  #busy = 0;
  #idle = 0;
  #compiling = true;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(machine: V86Machine, turns: Pick<TurnScheduler, "haltedMs">, policy: JitPolicy) {
    this.#machine = machine;
    this.#turns = turns;
    if (policy === "always") return;
    machine.v86.cpu.set_jit_config(JIT_MAX_PAGES, 1);
    this.#compile(false);
    this.#timer = setInterval(() => this.#sample(), SAMPLE_MS);
    // In Node a timer must not keep the process alive.
    (this.#timer as { unref?: () => void }).unref?.();
  }

  dispose(): void {
    clearInterval(this.#timer);
  }

  #sample(): void {
    const haltedMs = this.#turns.haltedMs();
    const isBusy = haltedMs - this.#haltedMs < BUSY_HALTED_MS;
    this.#haltedMs = haltedMs;
    this.#busy = isBusy ? this.#busy + 1 : 0;
    this.#idle = isBusy ? 0 : this.#idle + 1;
    if (this.#busy >= BUSY_SAMPLES) this.#compile(true);
    else if (this.#idle >= IDLE_SAMPLES) this.#compile(false);
  }

  #compile(on: boolean): void {
    if (on === this.#compiling) return;
    this.#compiling = on;
    this.#machine.v86.cpu.set_jit_config(JIT_DISABLED, on ? 0 : 1);
  }
}
