import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { JitGovernor, jitPolicyFor } from "./jit-governor.ts";
import type { V86Machine } from "./v86.ts";

/** A guest of which the test says how busy it is; each second of compiling makes it faster by `gain`, up to five times. */
function guest(gain = 1) {
  let [nowMs, haltedMs, compilingMs, isCompiling, instructions] = [0, 0, 0, true, 0];
  const machine = {
    v86: {
      cpu: {
        set_jit_config: (index: number, value: number) => {
          if (index === 0) isCompiling = value === 0;
        },
      },
    },
    get_instruction_counter: () => instructions >>> 0,
  } as unknown as V86Machine;
  const governor = new JitGovernor(machine, { haltedMs: () => haltedMs }, "governed", () => nowMs);
  /** How much of the time compiling was on. */
  const pass = (ms: number, busyShare: number): number => {
    const before = compilingMs;
    for (let passed = 0; passed < ms; passed += 10) {
      nowMs += 10;
      haltedMs += 10 * (1 - busyShare);
      if (isCompiling) compilingMs += 10;
      instructions += 10 * busyShare * 40_000 * Math.min(5, gain ** (compilingMs / 100));
      vi.advanceTimersByTime(10);
    }
    return (compilingMs - before) / ms;
  };
  return { governor, pass };
}

describe("JitGovernor", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("interprets bursts", () => {
    const { pass } = guest();
    for (let burst = 0; burst < 20; burst++) {
      expect(pass(300, 1)).toBe(0);
      expect(pass(700, 0.01)).toBe(0);
    }
  });

  it("compiles for a small part of the time while the guest becomes faster by it, also one that waits for its disk now and then", () => {
    const { pass } = guest(1.3);
    pass(1000, 0.7);
    expect(pass(6000, 0.7)).toBeCloseTo((0.1 * 10) / 16, 2);
    // It is as fast as it gets.
    pass(10_000, 0.7);
    expect(pass(60_000, 0.7)).toBeLessThan(0.01);
    pass(2000, 0);
    expect(pass(10_000, 0)).toBe(0);
  });

  it("tries ever more rarely where it does not pay, and anew with other work", () => {
    const { pass } = guest();
    expect(pass(3000, 1)).toBeGreaterThan(0.02);
    pass(20_000, 1);
    expect(pass(100_000, 1)).toBeLessThan(0.005);
    pass(2000, 0);
    expect(pass(3000, 1)).toBeGreaterThan(0.02);
  });

  it("neither samples nor compiles once it is disposed of", () => {
    const { governor, pass } = guest();
    governor.dispose();
    expect(pass(10_000, 1)).toBe(0);
  });

  it("leaves Firefox's compiler alone", () => {
    expect(jitPolicyFor("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0")).toBe(
      "always",
    );
    expect(jitPolicyFor("Mozilla/5.0 (X11) AppleWebKit/537.36 Chrome/150.0.0.0 Safari/537.36")).toBe(
      "governed",
    );
  });
});
