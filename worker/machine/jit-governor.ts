// Decides when v86 compiles guest code to WebAssembly. In V8 compiling costs more than it gains in short commands (its optimiser
// works through hundreds of small modules), and gains a lot in long work. Which of the two a busy guest does is measured: compiling is tried,
// and kept while it makes the guest faster. SpiderMonkey's compiler is cheap: there it is always on.

import type { TurnScheduler } from "./turn-scheduler.ts";
import type { V86Machine } from "./v86.ts";

const SAMPLE_MS = 100;
/** A sample counts as busy when the guest was not halted for this much of it. */
const BUSY_MS = 40;
/** What is looked back on: busy with so many busy samples of it, idle with so few. */
const WINDOW = 10;
const BUSY_SAMPLES = 7;
const IDLE_SAMPLES = 2;
/** Busy samples of a trial: first code is compiled, then the speed is measured. */
const WARM_UP_SAMPLES = 8;
const MEASURED_SAMPLES = 6;
/** Kept from this ratio of speeds. */
const WORTH = 1.25;
/** After a trial that did not pay, this many busy samples pass before the next; doubled each time. */
const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 800;
const JIT_DISABLED = 0;
const JIT_MAX_PAGES = 1;

export type JitPolicy = "governed" | "always";

/** The policy for the engine that runs us. */
export function jitPolicyFor(userAgent: string): JitPolicy {
  return /Firefox\//.test(userAgent) ? "always" : "governed";
}

interface Sample {
  readonly busyMs: number;
  readonly instructions: number;
}

export class JitGovernor {
  readonly #machine: V86Machine;
  readonly #turns: Pick<TurnScheduler, "haltedMs">;
  readonly #nowMs: () => number;
  #compiling = true;
  /** The speed without compiling, in instructions a busy millisecond, while a trial runs. */
  #baseline: number | undefined;
  #trial: Sample[] = [];
  #window: Sample[] = [];
  #pause = 0;
  #nextPause = FIRST_PAUSE;
  #last: { atMs: number; haltedMs: number; instructions: number };
  #timer: ReturnType<typeof setInterval> | undefined;

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
    machine.v86.cpu.set_jit_config(JIT_MAX_PAGES, 1);
    this.#compile(false);
    this.#timer = setInterval(() => this.#sample(), SAMPLE_MS);
    // In Node a timer must not keep the process alive.
    (this.#timer as { unref?: () => void }).unref?.();
  }

  dispose(): void {
    clearInterval(this.#timer);
  }

  #counters() {
    return {
      atMs: this.#nowMs(),
      haltedMs: this.#turns.haltedMs(),
      instructions: this.#machine.get_instruction_counter(),
    };
  }

  #sample(): void {
    const now = this.#counters();
    const last = this.#last;
    this.#last = now;
    const sample = {
      busyMs: now.atMs - last.atMs - (now.haltedMs - last.haltedMs),
      instructions: (now.instructions - last.instructions) >>> 0,
    };
    this.#window = [...this.#window.slice(1 - WINDOW), sample];
    const isBusy = sample.busyMs >= BUSY_MS;
    if (isBusy && this.#pause > 0) this.#pause--;
    const busySamples = this.#window.filter(({ busyMs }) => busyMs >= BUSY_MS).length;
    if (this.#compiling && busySamples <= IDLE_SAMPLES) this.#interpret();
    else if (this.#baseline !== undefined && isBusy) this.#judge(this.#baseline, sample);
    else if (!this.#compiling && this.#pause === 0 && busySamples >= BUSY_SAMPLES) this.#try();
  }

  #try(): void {
    this.#baseline = speedOf(this.#window);
    this.#trial = [];
    this.#compile(true);
  }

  /** Another busy sample of a trial; the last of them decides. */
  #judge(baseline: number, sample: Sample): void {
    this.#trial.push(sample);
    if (this.#trial.length < WARM_UP_SAMPLES + MEASURED_SAMPLES) return;
    const pays = speedOf(this.#trial.slice(WARM_UP_SAMPLES)) >= baseline * WORTH;
    this.#baseline = undefined;
    if (pays) {
      this.#nextPause = FIRST_PAUSE;
      return;
    }
    this.#pause = this.#nextPause;
    this.#nextPause = Math.min(this.#nextPause * 2, LONGEST_PAUSE);
    this.#interpret();
  }

  #interpret(): void {
    this.#baseline = undefined;
    this.#compile(false);
  }

  #compile(on: boolean): void {
    if (on === this.#compiling) return;
    this.#compiling = on;
    this.#machine.v86.cpu.set_jit_config(JIT_DISABLED, on ? 0 : 1);
  }
}

function speedOf(samples: readonly Sample[]): number {
  const busyMs = samples.reduce((sum, sample) => sum + sample.busyMs, 0);
  return samples.reduce((sum, sample) => sum + sample.instructions, 0) / Math.max(busyMs, 1);
}
