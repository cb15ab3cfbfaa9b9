// How fast output passes from a program on a terminal to its reader, in Node: through the pty, the agent and the channel.

import { FLOOD, FLOOD_BYTES } from "./flood.ts";
import type { MeasuredRun, MeasuredShell } from "./measured-shell.ts";
import type { Measurement } from "./measurement.ts";

const FLOODS = 10;

export async function measureTerminal(shell: MeasuredShell): Promise<Measurement[]> {
  const runs = await shell.repeat(FLOOD, FLOODS);
  const speed = (what: string, { ms }: MeasuredRun): Measurement => ({
    what: `${FLOOD} on a terminal, ${what}`,
    where: "Node",
    value: FLOOD_BYTES / 1000 / ms,
    unit: "MB/s",
  });
  return [speed("the first time", runs[0]!), speed("the tenth time", runs.at(-1)!)];
}
