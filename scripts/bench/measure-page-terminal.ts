// A flood of output in the page's terminal: how fast it is drawn, whether the page freezes, how soon Ctrl-C ends it.

import type { Page } from "playwright-core";
import { FLOOD, FLOOD_BYTES } from "./flood.ts";
import { type Measurement, median } from "./measurement.ts";
import { interruptLine, runLine } from "./page-terminal.ts";

const ROUNDS = 3;
const ENDLESS = "seq 1 100000000";
const FLOODING_MS = 1500;

export async function measurePageTerminal(page: Page): Promise<Measurement[]> {
  const speeds: number[] = [];
  const frames: number[] = [];
  const answers: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const { ms, longestFrameMs } = await runLine(page, FLOOD);
    speeds.push(FLOOD_BYTES / 1000 / ms);
    frames.push(longestFrameMs);
    answers.push(await interruptLine(page, ENDLESS, FLOODING_MS));
  }
  const where = "Chromium";
  return [
    {
      what: `${FLOOD} on a terminal`,
      where,
      value: median(speeds),
      unit: "MB/s",
      target: { bound: "at least", value: 5 },
    },
    { what: "longest time between two frames during it", where, value: median(frames), unit: "ms" },
    {
      what: "Ctrl-C during a flood, until the prompt",
      where,
      value: median(answers),
      unit: "ms",
      target: { bound: "at most", value: 200 },
    },
  ];
}
