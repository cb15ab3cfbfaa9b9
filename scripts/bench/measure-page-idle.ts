// What the page takes of a processor while nobody types.

import { setTimeout as sleep } from "node:timers/promises";
import type { Measurement } from "./measurement.ts";
import { rendererUse } from "./renderer-use.ts";

/** In the first seconds the page still keeps its files for use without a network. */
const CALM_MS = 20_000;
const MEASURED_MS = 10_000;

export async function measurePageIdle(): Promise<Measurement[]> {
  await sleep(CALM_MS);
  const [start, before] = [performance.now(), await rendererUse()];
  await sleep(MEASURED_MS);
  const [after, passed] = [await rendererUse(), performance.now() - start];
  const share = (key: "processMs" | "workerMs") => (100 * (after[key] - before[key])) / passed;
  return [
    {
      what: "idle: processor use of the worker",
      where: "Chromium",
      value: share("workerMs"),
      unit: "%",
      target: { bound: "at most", value: 3 },
    },
    {
      what: "idle: processor use of the page's process",
      where: "Chromium",
      value: share("processMs"),
      unit: "%",
    },
  ];
}
