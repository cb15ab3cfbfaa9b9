// What a machine takes of a processor while nobody asks anything of it: the whole Node process.

import { setTimeout as sleep } from "node:timers/promises";
import type { Measurement } from "./measurement.ts";

const CALM_MS = 3000;
const MEASURED_MS = 5000;

export async function measureIdle(): Promise<Measurement[]> {
  await sleep(CALM_MS);
  const [start, before] = [performance.now(), process.cpuUsage()];
  await sleep(MEASURED_MS);
  const { user, system } = process.cpuUsage(before);
  const share = (user + system) / 1000 / (performance.now() - start);
  const target = { bound: "at most", value: 3 } as const;
  return [{ what: "idle: processor use", where: "Node", value: 100 * share, unit: "%", target }];
}
