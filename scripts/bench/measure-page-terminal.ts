// A flood of output in the page's terminal: how fast it is drawn, whether the page freezes, how soon Ctrl-C ends it.

import type { Page } from "playwright-core";
import { FLOOD, FLOODS, floodSpeeds } from "./flood.ts";
import { type Measurement, median } from "./measurement.ts";
import { interruptLine, type PageRun, runLine } from "./page-terminal.ts";

const INTERRUPTS = 3;
const ENDLESS = "seq 1 100000000";
const FLOODING_MS = 1500;
/** For the optimiser to end; a person does not do it again at once either. */
const REST_MS = 1500;

export async function measurePageTerminal(page: Page): Promise<Measurement[]> {
  const runs: PageRun[] = [];
  const answers: number[] = [];
  for (let flood = 0; flood < FLOODS; flood++) {
    runs.push(await runLine(page, FLOOD));
    await page.waitForTimeout(REST_MS);
  }
  for (let interrupt = 0; interrupt < INTERRUPTS; interrupt++)
    answers.push(await interruptLine(page, ENDLESS, FLOODING_MS));
  const where = "Chromium";
  const frames = runs.map((run) => run.longestFrameMs);
  return [
    ...floodSpeeds(
      where,
      runs.map((run) => run.ms),
      { bound: "at least", value: 5 },
    ),
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
