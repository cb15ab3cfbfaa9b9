// What the benchmark finds out: a number with its unit, and the target that it is held against.

export interface Target {
  readonly bound: "at most" | "at least";
  readonly value: number;
}

export interface Measurement {
  readonly what: string;
  readonly where: "Node" | "Chromium";
  readonly value: number;
  /** "M" is a million guest instructions, "MB" a million bytes. */
  readonly unit: "ms" | "s" | "M" | "M/s" | "MB" | "MB/s" | "%";
  /** In the same unit. */
  readonly target?: Target;
}

export function meetsTarget({ value, target }: Measurement): boolean | undefined {
  if (target === undefined) return undefined;
  return target.bound === "at most" ? value <= target.value : value >= target.value;
}

/** The middle value; of an even number, the mean of the two middle ones. Throws RangeError for none. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("No values");
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
