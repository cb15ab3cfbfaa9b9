// The output that fills a terminal: a line of the shell, what it prints, and how fast that was.

import type { Measurement, Target } from "./measurement.ts";

export const FLOOD = "seq 1 1000000";
/** What seq writes: 9 numbers of one digit, 90 of two… and a line end each; a terminal sees a carriage return more. */
export const FLOOD_BYTES = 6_888_896;
/** So often one after another: by the last, v86 and what runs it have compiled what a flood needs. */
export const FLOODS = 10;

/** `runsMs`: of FLOODS floods. */
export function floodSpeeds(
  where: Measurement["where"],
  runsMs: readonly number[],
  target?: Target,
): Measurement[] {
  const speed = (which: string, ms: number): Measurement => ({
    what: `${FLOOD} on a terminal, ${which}`,
    where,
    value: FLOOD_BYTES / 1000 / ms,
    unit: "MB/s",
    ...(target && { target }),
  });
  return [speed("the first time", runsMs[0]!), speed("the tenth time", runsMs.at(-1)!)];
}
