import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { JitGovernor, jitPolicyFor } from "./jit-governor.ts";
import type { V86Machine } from "./v86.ts";

/** A guest of which the test says how busy it is. */
function guest() {
  let [nowMs, haltedMs, compilingMs, isCompiling] = [0, 0, 0, true];
  const machine = {
    v86: {
      cpu: {
        set_jit_config: (index: number, value: number) => {
          if (index === 0) isCompiling = value === 0;
        },
      },
    },
  } as unknown as V86Machine;
  const governor = new JitGovernor(machine, { haltedMs: () => haltedMs }, "governed", () => nowMs);
  /** How much of the time compiling was on. */
  const pass = (ms: number, busyShare: number): number => {
    const before = compilingMs;
    for (let passed = 0; passed < ms; passed += 10) {
      nowMs += 10;
      haltedMs += 10 * (1 - busyShare);
      if (isCompiling) compilingMs += 10;
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

  it("compiles for a part of the time while the guest is busy, also one that waits for its disk now and then", () => {
    const { pass } = guest();
    pass(1000, 0.7);
    expect(pass(10_000, 0.7)).toBeCloseTo(0.1, 2);
    pass(1000, 0);
    expect(pass(10_000, 0)).toBe(0);
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
