// Processor time of the page's processes, from Linux's /proc: Chromium names a worker's thread, and a page's process by its type.
// proc(5), /proc/PID/stat.

import { readdir, readFile } from "node:fs/promises";

/** Of USER_HZ, which is 100 on every Linux that has Chromium. */
const MS_PER_TICK = 10;

export interface RendererUse {
  /** All threads of all page processes. */
  readonly processMs: number;
  /** The workers' own threads. */
  readonly workerMs: number;
}

interface ProcessStat {
  readonly name: string;
  readonly parent: number;
  readonly cpuMs: number;
}

async function readStat(path: string): Promise<ProcessStat | undefined> {
  const text = await readFile(path, "latin1").catch(() => undefined);
  const parsed = text === undefined ? null : /^\d+ \((.*)\) (.*)$/s.exec(text);
  if (parsed === null) return undefined;
  const fields = parsed[2]!.split(" ");
  const ticks = Number(fields[11]) + Number(fields[12]);
  return { name: parsed[1]!, parent: Number(fields[1]), cpuMs: ticks * MS_PER_TICK };
}

/** Processor time so far of the page processes of a Chromium that this process has started. */
export async function rendererUse(): Promise<RendererUse> {
  const parents = new Map<number, number>();
  for (const name of await readdir("/proc")) {
    const stat = /^\d+$/.test(name) ? await readStat(`/proc/${name}/stat`) : undefined;
    if (stat !== undefined) parents.set(Number(name), stat.parent);
  }
  const isOurs = (pid: number | undefined): boolean =>
    pid !== undefined && (pid === process.pid || isOurs(parents.get(pid)));
  let processMs = 0;
  let workerMs = 0;
  for (const pid of parents.keys()) {
    if (!isOurs(pid)) continue;
    const command = await readFile(`/proc/${pid}/cmdline`, "latin1").catch(() => "");
    if (!command.includes("--type=renderer")) continue;
    processMs += (await readStat(`/proc/${pid}/stat`))?.cpuMs ?? 0;
    for (const thread of await readdir(`/proc/${pid}/task`).catch(() => [])) {
      const stat = await readStat(`/proc/${pid}/task/${thread}/stat`);
      if (stat?.name.startsWith("DedicatedWorker")) workerMs += stat.cpuMs;
    }
  }
  if (workerMs === 0) throw new Error("No worker's thread was found among Chromium's");
  return { processMs, workerMs };
}
