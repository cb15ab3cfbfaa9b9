// What a machine takes of a processor while nobody asks anything of it: the whole Node process. The guest's own
// part, in instructions, does not depend on what else the processor has to do.

import { setTimeout as sleep } from "node:timers/promises";
import type { Sandbox } from "../../worker/sandbox.ts";
import type { Measurement } from "./measurement.ts";

const CALM_MS = 3000;
const MEASURED_MS = 5000;

export async function measureIdle(sandbox: Sandbox): Promise<Measurement[]> {
  await sleep(CALM_MS);
  const counter = () => sandbox.machine.v86.get_instruction_counter();
  const [start, before, instructions] = [performance.now(), process.cpuUsage(), counter()];
  await sleep(MEASURED_MS);
  const { user, system } = process.cpuUsage(before);
  const passedMs = performance.now() - start;
  const share = (user + system) / 1000 / passedMs;
  const perSecond = ((counter() - instructions) >>> 0) / 1000 / passedMs;
  const where = "Node";
  return [
    {
      what: "idle: processor use",
      where,
      value: 100 * share,
      unit: "%",
      target: { bound: "at most", value: 3 },
    },
    { what: "idle: guest instructions", where, value: perSecond, unit: "M/s" },
  ];
}
