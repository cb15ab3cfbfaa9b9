// Docker-style containers and `docker ps`, typed into the page's terminal.

import type { Page } from "playwright-core";
import { type Measurement, median } from "./measurement.ts";
import { runLine } from "./page-terminal.ts";

const RUN = "docker run --rm busybox true";
/** Until v86 has compiled what a run needs; only those after count. */
const SETTLING_RUNS = 15;
const RUNS = 15;

export async function measurePageDocker(page: Page): Promise<Measurement[]> {
  const first = (await runLine(page, RUN)).ms;
  await repeat(page, RUN, SETTLING_RUNS);
  const settled = await repeat(page, RUN, RUNS);
  await repeat(page, "docker ps", 5);
  const ps = await repeat(page, "docker ps", RUNS);
  const where = "Chromium";
  return [
    { what: `first ${RUN}, image fetched too`, where, value: first, unit: "ms" },
    { what: RUN, where, value: median(settled), unit: "ms", target: { bound: "at most", value: 400 } },
    { what: "docker ps", where, value: median(ps), unit: "ms", target: { bound: "at most", value: 60 } },
  ];
}

async function repeat(page: Page, line: string, times: number): Promise<number[]> {
  const found: number[] = [];
  for (let done = 0; done < times; done++) found.push((await runLine(page, line)).ms);
  return found;
}
