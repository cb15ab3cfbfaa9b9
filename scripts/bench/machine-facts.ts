// What the numbers were measured on, and with which machine files.

import { readFile } from "node:fs/promises";
import { availableParallelism, cpus, loadavg } from "node:os";
import { join } from "node:path";
import { type MachineAssets, parseMachineAssets } from "../../worker/machine/machine-assets.ts";

export interface MachineFacts {
  readonly cores: number;
  readonly processor: string;
  /** Of the last minute, before the benchmark: over 1 or so, others disturb it. */
  readonly load: number;
  readonly node: string;
  readonly kernel: MachineAssets["kernel"];
}

export async function readMachineAssets(folder: string): Promise<MachineAssets> {
  return parseMachineAssets(await readFile(join(folder, "machine.json"), "utf8"));
}

export function machineFacts(assets: MachineAssets): MachineFacts {
  return {
    cores: availableParallelism(),
    processor: cpus()[0]?.model.trim() ?? "unknown",
    load: loadavg()[0]!,
    node: process.version,
    kernel: assets.kernel,
  };
}

export function formatMachineFacts({ cores, processor, load, node, kernel }: MachineFacts): string {
  const guest = `${kernel.lean ? "lean kernel" : "Debian's kernel"} ${kernel.version}`;
  return `${cores} cores (${processor}), load ${load.toFixed(1)} · Node ${node} · ${guest}`;
}
