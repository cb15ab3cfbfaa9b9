// Decides when v86 compiles guest code to WebAssembly. What is compiled runs up to five times as fast, but V8's optimiser takes about 50 ms of a
// processor for each page of code, and keeps the machine's own processor from it: short commands lose by it, and all pages at once
// are seconds. So bursts are interpreted, and while the guest stays busy v86 compiles for a part of the time: what is hot becomes so
// first, and is compiled first. It goes on as long as each second of it has made the guest faster, which is measured when the optimiser
// has had time to end. SpiderMonkey's compiler is cheap: there it is always on.

import { unrefTimer } from "../base/unref-timer.ts";
import type { TurnScheduler } from "./turn-scheduler.ts";
import type { V86Machine } from "./v86.ts";

const SAMPLE_MS = 100;
/** A sample counts as busy when the guest was not halted for this much of it. */
const BUSY_MS = 40;
/** What is looked back on, and how many of it are busy where the guest is. */
const WINDOW = 10;
const BUSY_SAMPLES = 7;
/** With so few of it busy, the work has ended. */
const IDLE_SAMPLES = 2;
/** Of each sample of a round's first part. Code that is compiled stays so, whatever this is. */
const COMPILING_MS = 10;
/** A round, in samples of a busy guest: compiling, then waiting for the optimiser, at whose end the speed is measured. */
const COMPILING_SAMPLES = 10;
const RESTING_SAMPLES = 6;
const MEASURED_SAMPLES = 4;
/** Another round follows at once when one has made the guest faster by this. */
const WORTH = 1.05;
/** Else so many samples of a busy guest pass before the next, each time twice as many. */
const FIRST_PAUSE = 15;
const LONGEST_PAUSE = 240;
const JIT_DISABLED = 0;
const JIT_MAX_PAGES = 1;
const JIT_MAX_EXTRA_BLOCKS = 3;

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
  #window: Sample[] = [];
  #last: { atMs: number; haltedMs: number; instructions: number };
  /** How many samples of a round have passed; 0 between rounds. */
  #round = 0;
  /** Instructions a busy millisecond, before the round. */
  #before = 0;
  /** Samples until the next round, and how many it will be after one that does not pay. */
  #pause = 0;
  #nextPause = FIRST_PAUSE;
  #timer: ReturnType<typeof setInterval> | undefined;
  #off: ReturnType<typeof setTimeout> | undefined;

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
    unrefTimer(this.#timer);
  }

  dispose(): void {
    clearInterval(this.#timer);
    clearTimeout(this.#off);
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
    const busyMs = now.atMs - last.atMs - (now.haltedMs - last.haltedMs);
    const instructions = (now.instructions - last.instructions) >>> 0;
    this.#window = [...this.#window.slice(1 - WINDOW), { busyMs, instructions }];
    const busySamples = this.#window.filter((sample) => sample.busyMs >= BUSY_MS).length;
    if (busySamples <= IDLE_SAMPLES) this.#forget();
    else if (busySamples >= BUSY_SAMPLES) this.#goOn();
  }

  /** What comes next is other work. */
  #forget(): void {
    this.#round = 0;
    this.#pause = 0;
    this.#nextPause = FIRST_PAUSE;
  }

  #goOn(): void {
    if (this.#pause > 0) {
      this.#pause--;
      return;
    }
    if (this.#round === 0) this.#before = speedOf(this.#window);
    this.#round++;
    if (this.#round <= COMPILING_SAMPLES) this.#compileForAWhile();
    if (this.#round < COMPILING_SAMPLES + RESTING_SAMPLES) return;
    this.#round = 0;
    if (speedOf(this.#window.slice(-MEASURED_SAMPLES)) >= WORTH * this.#before) {
      this.#nextPause = FIRST_PAUSE;
      return;
    }
    this.#pause = this.#nextPause;
    this.#nextPause = Math.min(2 * this.#nextPause, LONGEST_PAUSE);
  }

  #compileForAWhile(): void {
    this.#compile(true);
    this.#off = setTimeout(() => this.#compile(false), COMPILING_MS);
    unrefTimer(this.#off);
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
