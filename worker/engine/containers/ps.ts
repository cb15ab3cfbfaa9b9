// `docker top CONTAINER OPTIONS`: the guest's own ps with those options, and of its lines those of the container, as Docker does it.

import { EngineError } from "../../base/errors.ts";
import type { EngineContext } from "../engine-context.ts";

export interface ProcessTable {
  readonly titles: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Throws EngineError("internal") with what ps said, or Docker's words for output without a PID. */
export async function runPs(
  engine: EngineContext,
  psArguments: string,
  pids: readonly string[],
): Promise<ProcessTable> {
  const options = psArguments.split(/\s+/).filter((word) => word !== "");
  const asked = await engine.runtime.runTool(["ps", ...options, `-q${pids.join(",")}`]);
  // Some options cannot go with -q; all processes are listed then, and picked from.
  const result = asked.exitCode === 0 ? asked : await engine.runtime.runTool(["ps", ...options]);
  if (result.exitCode !== 0)
    throw new EngineError("internal", `ps: ${result.stderr.trim() || `exit status ${result.exitCode}`}`);
  return parsePsOutput(result.stdout, pids);
}

/** Columns are what stands between blanks; the last one takes the rest of its line. */
export function parsePsOutput(output: string, pids: readonly string[]): ProcessTable {
  const [head = "", ...lines] = output.split("\n");
  const titles = fieldsOf(head);
  const pidColumn = titles.indexOf("PID");
  if (pidColumn < 0) throw new EngineError("internal", "Couldn't find PID field in ps output");
  const wanted = new Set(pids);
  const rows: string[][] = [];
  let ours = false;
  for (const line of lines) {
    const fields = fieldsOf(line);
    if (fields.length === 0) continue;
    const pid = fields[pidColumn] ?? "";
    // With threads, the lines below a process have "-" for it.
    if (pid === "-") {
      if (ours) rows.push(joined(fields, titles.length));
      continue;
    }
    if (!/^\d+$/.test(pid)) throw new EngineError("internal", `Unexpected pid '${pid}': not a number`);
    ours = wanted.has(pid);
    if (ours) rows.push(joined(fields, titles.length));
  }
  return { titles, rows };
}

function fieldsOf(line: string): string[] {
  return line.split(/\s+/).filter((field) => field !== "");
}

function joined(fields: readonly string[], count: number): string[] {
  return [...fields.slice(0, count - 1), fields.slice(count - 1).join(" ")];
}
