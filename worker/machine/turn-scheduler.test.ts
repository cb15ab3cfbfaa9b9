import { describe, expect, it, vi } from "vitest";
import { type TurnClock, TurnScheduler } from "./turn-scheduler.ts";
import type { V86Machine } from "./v86.ts";

interface Planned {
  readonly atMs: number;
  readonly callback: () => void;
}

/** Time that passes when the test says so. */
class TestClock implements TurnClock {
  now = 0;
  readonly planned: Planned[] = [];

  nowMs(): number {
    return this.now;
  }

  soon(callback: () => void): void {
    this.planned.push({ atMs: this.now, callback });
  }

  later(callback: () => void, ms: number): () => void {
    const entry = { atMs: this.now + ms, callback };
    this.planned.push(entry);
    return () => {
      const at = this.planned.indexOf(entry);
      if (at >= 0) this.planned.splice(at, 1);
    };
  }

  /** Runs what is next; its time. */
  step(): number {
    this.planned.sort((a, b) => a.atMs - b.atMs);
    const { atMs, callback } = this.planned.shift()!;
    this.now = atMs;
    callback();
    return atMs;
  }
}

/** A guest that says for each turn how many instructions it takes and when it wants the next. */
function guestOf(turn: () => { instructions: number; nextMs: number }) {
  const clock = new TestClock();
  let latest = 0;
  let instructions = 0;
  const machine = {
    v86: {
      yield: () => {},
      yield_callback(number: number) {
        if (number !== latest) return;
        const { instructions: ran, nextMs } = turn();
        instructions = (instructions + ran) >>> 0;
        ask(nextMs);
      },
    },
    get_instruction_counter: () => instructions,
  } as unknown as V86Machine;
  const scheduler = new TurnScheduler(machine, clock);
  const ask = (ms: number) => machine.v86.yield(ms, ++latest);
  return { clock, scheduler, ask };
}

describe("TurnScheduler", () => {
  it("runs a busy guest without a pause, and counts no halt", () => {
    const { clock, scheduler, ask } = guestOf(() => ({ instructions: 40_000, nextMs: 0 }));
    ask(0);
    for (let i = 0; i < 1000; i++) expect(clock.step()).toBe(0);
    expect(scheduler.haltedMs()).toBe(0);
  });

  it("sleeps whole milliseconds while the guest is halted, never spinning for less than one", () => {
    const { clock, scheduler, ask } = guestOf(() => ({ instructions: 60_000, nextMs: 0.3 }));
    ask(3.2);
    expect(clock.step()).toBe(4);
    expect(clock.step()).toBe(5);
    expect(clock.step()).toBe(6);
    clock.now += 0.5;
    expect(scheduler.haltedMs()).toBe(6.5);
  });

  it("sleeps over several ticks once the guest only counts them, until it does more", () => {
    let instructions = 4000;
    const { clock, ask } = guestOf(() => ({ instructions, nextMs: 4 }));
    ask(4);
    const gaps = Array.from({ length: 100 }, () => -clock.now + clock.step());
    expect(gaps[30]).toBe(4);
    expect(gaps[99]).toBe(50);
    instructions = 80_000;
    clock.step();
    expect(-clock.now + clock.step()).toBe(4);
  });

  it("wakes at once for an event from outside, however long it meant to sleep, and once only", () => {
    const turn = vi.fn(() => ({ instructions: 4000, nextMs: 4 }));
    const { clock, ask } = guestOf(turn);
    ask(4);
    for (let i = 0; i < 100; i++) clock.step();
    turn.mockClear();
    const { now } = clock;
    clock.now += 7;
    ask(0);
    expect(clock.step()).toBe(now + 7);
    expect(turn).toHaveBeenCalledOnce();
    expect(clock.planned).toHaveLength(1);
    expect(clock.step()).toBe(now + 11);
  });

  it("counts instructions past the counter's 32 bits", () => {
    const { clock, ask } = guestOf(() => ({ instructions: 0xffff_0000, nextMs: 4 }));
    ask(4);
    for (let i = 0; i < 100; i++) clock.step();
    expect(-clock.now + clock.step()).toBe(4);
  });
});
