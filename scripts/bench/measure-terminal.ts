// How fast output passes from a program on a terminal to its reader, in Node: through the pty, the agent and the channel.

import { FLOOD, FLOODS, floodSpeeds } from "./flood.ts";
import type { MeasuredShell } from "./measured-shell.ts";
import type { Measurement } from "./measurement.ts";

export async function measureTerminal(shell: MeasuredShell): Promise<Measurement[]> {
  const runs = await shell.repeat(FLOOD, FLOODS);
  return floodSpeeds(
    "Node",
    runs.map((run) => run.ms),
  );
}
