// How fast output passes from a program on a terminal to its reader, in Node: through the pty, the agent and the channel.

import { FLOOD, FLOOD_BYTES } from "./flood.ts";
import type { MeasuredShell } from "./measured-shell.ts";
import { type Measurement, median } from "./measurement.ts";

export async function measureTerminal(shell: MeasuredShell): Promise<Measurement[]> {
  const runs = await shell.repeat(FLOOD, 3);
  const value = FLOOD_BYTES / 1000 / median(runs.map((run) => run.ms));
  return [{ what: `${FLOOD} on a terminal`, where: "Node", value, unit: "MB/s" }];
}
