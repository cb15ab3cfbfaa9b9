// How much memory a browser takes: all processes that its profile's folder is named in, with those that they started, as Linux counts them.

import { readdir, readFile } from "node:fs/promises";

/** Proportional: what processes share is counted once. Processes that end meanwhile do not count. */
export async function processMemory(profile: string): Promise<number> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const known = await Promise.all(pids.map(async (pid) => [pid, await parentOf(pid, profile)] as const));
  const parents = new Map(known);
  const belongs = (pid: string | undefined): boolean =>
    pid === OWN || (pid !== undefined && parents.has(pid) && belongs(parents.get(pid)));
  const own = pids.filter((pid) => belongs(pid));
  const sizes = await Promise.all(own.map(memoryOf));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Stands for the parent of those that name the profile. */
const OWN = "own";

async function parentOf(pid: string, profile: string): Promise<string | undefined> {
  const read = (name: string) => readFile(`/proc/${pid}/${name}`, "utf8").catch(() => "");
  if ((await read("cmdline")).includes(profile)) return OWN;
  return /^PPid:\s*(\d+)$/m.exec(await read("status"))?.[1];
}

async function memoryOf(pid: string): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, "utf8").catch(() => "");
  return 1024 * Number(/^Pss:\s*(\d+) kB$/m.exec(text)?.[1] ?? 0);
}
