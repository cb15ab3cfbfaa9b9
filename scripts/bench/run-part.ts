// A part of the benchmark that fails must not take the others' numbers with it.

import type { Measurement } from "./measurement.ts";

export interface BenchResults {
  readonly measurements: Measurement[];
  /** In the order of the parts. */
  readonly failures: { readonly part: string; readonly message: string }[];
}

export type RunPart = (part: string, measure: () => Promise<readonly Measurement[]>) => Promise<void>;

/** `onStart` hears of each part before it runs. */
export function collectParts(results: BenchResults, onStart: (part: string) => void): RunPart {
  return async (part, measure) => {
    onStart(part);
    try {
      results.measurements.push(...(await measure()));
    } catch (error) {
      results.failures.push({ part, message: error instanceof Error ? error.message : String(error) });
    }
  };
}
