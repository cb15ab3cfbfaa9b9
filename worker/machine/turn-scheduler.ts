// When the machine's turns run. After each turn v86 asks for the next: at once while the guest is busy, or in the time to its
// next timer when the processor is halted. v86's own way spins when that is less than a millisecond (250 times a second with a
// periodic tick), and in a browser bounces every turn through another worker.

import type { V86Machine } from "./v86.ts";

/** A halted guest sleeps at least this long: what timers can do. */
const MIN_SLEEP_MS = 1;
/**
 * A guest that for QUIET_TURNS turns did hardly more than count its ticks sleeps over several of them: the kernel catches up on
 * missed ticks, and what it has set for in between comes later by at most this. Events from outside are never late.
 */
const QUIET_SLEEP_MS = 50;
const QUIET_TURNS = 60;
/** Counting a tick is 4,000 guest instructions, with the kernel's housekeeping 10,000; a program that wakes up and does something 50,000 or more. */
const QUIET_INSTRUCTIONS = 25_000;

/** What runs callbacks: Node's, a browser worker's, or a test's. */
export interface TurnClock {
  nowMs(): number;
  /** As soon as other events had their chance. */
  soon(callback: () => void): void;
  /** Returns what cancels it. */
  later(callback: () => void, ms: number): () => void;
}

export class TurnScheduler {
  readonly #machine: V86Machine;
  readonly #clock: TurnClock;
  #cancel: (() => void) | undefined;
  #haltedMs = 0;
  #haltedSince: number | undefined;
  #instructions = 0;
  #quietTurns = 0;

  /** Takes the place of v86's own scheduling; before run(). It ends with the machine: v86 stops in a turn of its own. */
  constructor(machine: V86Machine, clock: TurnClock) {
    this.#machine = machine;
    this.#clock = clock;
    machine.v86.yield = (ms, turn) => this.#next(ms, turn);
  }

  /** How long the guest has been halted since the start, in milliseconds. */
  haltedMs(): number {
    const since = this.#haltedSince;
    return this.#haltedMs + (since === undefined ? 0 : this.#clock.nowMs() - since);
  }

  /** A number of a turn that is no longer the latest is ignored by v86: an event from outside has asked for an earlier one. */
  #next(ms: number, turn: number): void {
    this.#cancel?.();
    this.#cancel = undefined;
    if (ms <= 0) {
      this.#quietTurns = 0;
      this.#clock.soon(() => this.#run(turn));
      return;
    }
    const instructions = this.#machine.get_instruction_counter();
    const isQuiet = (instructions - this.#instructions) >>> 0 < QUIET_INSTRUCTIONS;
    this.#instructions = instructions;
    this.#quietTurns = isQuiet ? this.#quietTurns + 1 : 0;
    this.#haltedSince ??= this.#clock.nowMs();
    const leastMs = this.#quietTurns > QUIET_TURNS ? QUIET_SLEEP_MS : MIN_SLEEP_MS;
    this.#cancel = this.#clock.later(() => this.#run(turn), Math.max(Math.ceil(ms), leastMs));
  }

  #run(turn: number): void {
    if (this.#haltedSince !== undefined) this.#haltedMs += this.#clock.nowMs() - this.#haltedSince;
    this.#haltedSince = undefined;
    this.#machine.v86.yield_callback(turn);
  }
}

/** The clock of where we run. */
export function turnClock(): TurnClock {
  const later = (callback: () => void, ms: number) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  };
  const nowMs = () => performance.now();
  const { setImmediate } = globalThis as { setImmediate?: (callback: () => void) => void };
  if (setImmediate) return { nowMs, soon: (callback) => setImmediate(callback), later };
  const soon = soonByMessages();
  // A browser holds back timers that timers set; messages between them break the chain.
  return { nowMs, soon, later: (callback, ms) => later(() => soon(callback), ms) };
}

function soonByMessages(): (callback: () => void) => void {
  const { port1, port2 } = new MessageChannel();
  const waiting: (() => void)[] = [];
  port1.onmessage = () => waiting.shift()?.();
  return (callback) => {
    waiting.push(callback);
    port2.postMessage(0);
  };
}
