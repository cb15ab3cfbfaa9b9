// A system container's life, typed into the guest's shell in Node.

import type { MeasuredShell } from "./measured-shell.ts";
import { type Measurement, median } from "./measurement.ts";

const ROUNDS = 3;

export async function measureLxc(shell: MeasuredShell): Promise<Measurement[]> {
  const create = await shell.run("lxc-create -n bench -t image -- debian");
  const starts: number[] = [];
  const attaches: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    starts.push((await shell.run("lxc-start -n bench")).ms);
    for (const run of await shell.repeat("lxc-attach -n bench -- true", ROUNDS)) attaches.push(run.ms);
    await shell.run("lxc-stop -k -n bench");
  }
  await shell.run("lxc-destroy -n bench");
  const where = "Node";
  return [
    { what: "lxc-create of debian", where, value: create.ms, unit: "ms" },
    { what: "lxc-start", where, value: median(starts), unit: "ms" },
    { what: "lxc-attach -- true", where, value: median(attaches), unit: "ms" },
  ];
}
