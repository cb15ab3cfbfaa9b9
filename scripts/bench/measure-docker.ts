// Docker-style containers and `docker ps`, typed into the guest's shell in Node.

import type { MeasuredShell } from "./measured-shell.ts";
import { type Measurement, median } from "./measurement.ts";

const RUN = "docker run --rm busybox true";
/** Until v86 has compiled what a run needs; only those after count. */
const SETTLING_RUNS = 15;
const RUNS = 15;
/** Between two runs of a person, in which the machine puts away what the last one left. */
const REST_MS = 1500;

/** To be called first after a restore: the first run is one of the measurements. */
export async function measureDocker(shell: MeasuredShell): Promise<Measurement[]> {
  const first = await shell.run(RUN);
  await shell.repeat(RUN, SETTLING_RUNS);
  const inARow = await shell.repeat(RUN, RUNS);
  const settled = await shell.repeat(RUN, RUNS, REST_MS);
  await shell.repeat("docker ps", 5);
  const ps = await shell.repeat("docker ps", RUNS);
  const where = "Node";
  return [
    { what: `first ${RUN}, image fetched too`, where, value: first.ms, unit: "ms" },
    {
      what: `${RUN}, guest instructions`,
      where,
      value: median(settled.map((run) => run.instructionsM)),
      unit: "M",
      target: { bound: "at most", value: 8 },
    },
    {
      what: `${RUN}, guest instructions, without a rest before it`,
      where,
      value: median(inARow.map((run) => run.instructionsM)),
      unit: "M",
    },
    {
      what: RUN,
      where,
      value: median(settled.map((run) => run.ms)),
      unit: "ms",
      target: { bound: "at most", value: 250 },
    },
    {
      what: `${RUN}, processor time`,
      where,
      value: median(settled.map((run) => run.processorMs)),
      unit: "ms",
    },
    {
      what: "docker ps",
      where,
      value: median(ps.map((run) => run.ms)),
      unit: "ms",
      target: { bound: "at most", value: 60 },
    },
  ];
}
