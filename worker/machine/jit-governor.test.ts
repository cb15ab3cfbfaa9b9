import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { JitGovernor, jitPolicyFor } from "./jit-governor.ts";
import type { V86Machine } from "./v86.ts";

/** A guest of which the test says how busy it is, and how fast with and without compiling (instructions a millisecond). */
function guestOf(speeds: { interpreted: number; compiled: number }) {
  let [nowMs, haltedMs, instructions] = [0, 0, 0];
  const switched: ("on" | "off")[] = [];
  const machine = {
    v86: {
      cpu: {
        set_jit_config: (index: number, value: number) => {
          if (index === 0) switched.push(value === 0 ? "on" : "off");
        },
      },
    },
    get_instruction_counter: () => instructions >>> 0,
  } as unknown as V86Machine;
  const governor = new JitGovernor(machine, { haltedMs: () => haltedMs }, "governed", () => nowMs);
  const pass = (ms: number, busyShare: number) => {
    for (let passed = 0; passed < ms; passed += 10) {
      nowMs += 10;
      haltedMs += 10 * (1 - busyShare);
      instructions += 10 * busyShare * (switched.at(-1) === "on" ? speeds.compiled : speeds.interpreted);
      vi.advanceTimersByTime(10);
    }
  };
  return { governor, pass, switched };
}

describe("JitGovernor", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("interprets bursts", () => {
    const { pass, switched } = guestOf({ interpreted: 40_000, compiled: 200_000 });
    for (let burst = 0; burst < 20; burst++) {
      pass(300, 1);
      pass(700, 0.01);
    }
    expect(switched).toEqual(["off"]);
  });

  it("compiles while a busy guest is faster by it, also one that waits for its disk now and then", () => {
    const { pass, switched } = guestOf({ interpreted: 40_000, compiled: 120_000 });
    pass(60_000, 0.7);
    expect(switched).toEqual(["off", "on"]);
    pass(2_000, 0);
    expect(switched).toEqual(["off", "on", "off"]);
  });

  it("gives up where compiling does not pay, and tries again ever more rarely", () => {
    const { pass, switched } = guestOf({ interpreted: 40_000, compiled: 30_000 });
    pass(10_000, 1);
    expect(switched).toEqual(["off", "on", "off", "on", "off"]);
    pass(20_000, 1);
    expect(switched.length).toBeLessThan(10);
  });

  it("stops sampling when it is disposed of", () => {
    const { governor, pass, switched } = guestOf({ interpreted: 40_000, compiled: 120_000 });
    governor.dispose();
    pass(10_000, 1);
    expect(switched).toEqual(["off"]);
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
