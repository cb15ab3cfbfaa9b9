// Time as the engine sees it: a port, so that tests decide when ten seconds have passed.

import type { Dispose } from "../base/disposables.ts";

export interface Clock {
  /** Milliseconds since 1970, with a fraction where the platform has one. */
  nowMs(): number;
  /** Calls back once after `delayMs`, unless disposed before. */
  after(delayMs: number, callback: () => void): Dispose;
}

export const systemClock: Clock = {
  nowMs: () => performance.timeOrigin + performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
