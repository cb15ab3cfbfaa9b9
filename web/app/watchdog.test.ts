import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Watchdog } from "./watchdog.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function watch(ping: () => Promise<unknown>) {
  const onSilence = vi.fn();
  return { onSilence, watchdog: new Watchdog({ ping, onSilence, tickMs: 100, patienceTicks: () => 3 }) };
}

describe("Watchdog", () => {
  it("is content while there are answers, even refusals", async () => {
    let calls = 0;
    const { onSilence, watchdog } = watch(() =>
      calls++ % 2 ? Promise.resolve() : Promise.reject(new Error("no")),
    );
    await vi.advanceTimersByTimeAsync(2000);
    expect(calls).toBe(20);
    expect(onSilence).not.toHaveBeenCalled();
    watchdog.stop();
  });

  it("reports silence once, after its patience", async () => {
    const { onSilence } = watch(() => new Promise(() => {}));
    await vi.advanceTimersByTimeAsync(399);
    expect(onSilence).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(2000);
    expect(onSilence).toHaveBeenCalledTimes(1);
  });

  it("forgives an answer that was late", async () => {
    let answer: () => void = () => {};
    const { onSilence, watchdog } = watch(
      () =>
        new Promise<void>((resolve) => {
          answer = resolve;
        }),
    );
    for (let round = 0; round < 5; round++) {
      await vi.advanceTimersByTimeAsync(300);
      answer();
    }
    expect(onSilence).not.toHaveBeenCalled();
    watchdog.stop();
  });

  it("is silent once stopped", async () => {
    const { onSilence, watchdog } = watch(() => new Promise(() => {}));
    await vi.advanceTimersByTimeAsync(200);
    watchdog.stop();
    await vi.advanceTimersByTimeAsync(2000);
    expect(onSilence).not.toHaveBeenCalled();
  });
});
