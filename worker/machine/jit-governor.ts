// Decides when v86 compiles guest code to WebAssembly. In V8 compiling costs more than it gains in short commands (its optimiser
// works through hundreds of small modules): off while the guest is bursty, on once it has been busy without a pause. SpiderMonkey's
// compiler is cheap: there it stays on.

import type { V86Machine } from "./v86.ts";

const SAMPLE_MS = 100;
/** Busy this long without a halt: compiling pays. */
const BUSY_SAMPLES = 4;
/** Idle this long: bursty again. */
const IDLE_SAMPLES = 10;
const JIT_DISABLED = 0;
const JIT_MAX_PAGES = 1;

export type JitPolicy = "governed" | "always";

/** The policy for the engine that runs us. */
export function jitPolicyFor(userAgent: string): JitPolicy {
  return /Firefox\//.test(userAgent) ? "always" : "governed";
}

export class JitGovernor {
  readonly #machine: V86Machine;
  #halts = 0;
  #busy = 0;
  #idle = 0;
  #compiling = true;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(machine: V86Machine, policy: JitPolicy) {
    this.#machine = machine;
    if (policy === "always") return;
    machine.v86.cpu.set_jit_config(JIT_MAX_PAGES, 1);
    machine.add_listener("cpu-event-halt", () => {
      this.#halts++;
    });
    this.#compile(false);
    this.#timer = setInterval(() => this.#sample(), SAMPLE_MS);
    // In Node a timer must not keep the process alive.
    (this.#timer as { unref?: () => void }).unref?.();
  }

  dispose(): void {
    clearInterval(this.#timer);
  }

  #sample(): void {
    const halted = this.#halts > 0;
    this.#halts = 0;
    this.#busy = halted ? 0 : this.#busy + 1;
    this.#idle = halted ? this.#idle + 1 : 0;
    if (this.#busy >= BUSY_SAMPLES) this.#compile(true);
    else if (this.#idle >= IDLE_SAMPLES) this.#compile(false);
  }

  #compile(on: boolean): void {
    if (on === this.#compiling) return;
    this.#compiling = on;
    this.#machine.v86.cpu.set_jit_config(JIT_DISABLED, on ? 0 : 1);
  }
}
