// Step "initramfs": what the kernel starts from: the agent as /init, and the modules with their load order.
// Output: initramfs.cpio.gz.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { BuildStep } from "../build-step.ts";
import { type CpioEntry, writeCpio } from "../cpio.ts";
import { listEntries } from "../list-file.ts";
import { agentStep } from "./agent.ts";
import { kernelStep } from "./kernel.ts";

const modulesFolder = "lib/slipway/modules";

/** The archive's entries. `modulesOrder` holds file names in load order, "" when the kernel has no modules. */
export async function initramfsEntries(
  init: Uint8Array,
  modulesOrder: readonly string[],
  readModule: (file: string) => Promise<Uint8Array>,
): Promise<CpioEntry[]> {
  const folders = ["dev", "proc", "sys", "lib", "lib/slipway", modulesFolder];
  const entries: CpioEntry[] = folders.map((path) => ({ path, kind: "folder" }));
  for (const file of modulesOrder) {
    entries.push({ path: `${modulesFolder}/${file}`, kind: "file", content: await readModule(file) });
  }
  const order = modulesOrder.map((file) => `/${modulesFolder}/${file}\n`).join("");
  entries.push({ path: "lib/slipway/modules.order", kind: "file", content: Buffer.from(order) });
  entries.push({ path: "init", kind: "file", mode: 0o755, content: init });
  return entries;
}

export const initramfsStep: BuildStep = {
  name: "initramfs",
  title: "the agent and the kernel's modules as initramfs",
  dependsOn: [agentStep, kernelStep],
  async inputs({ hashFiles }) {
    return { code: await hashFiles("scripts/build/steps/initramfs.ts", "scripts/build/cpio.ts") };
  },
  async run({ outputDir, output }) {
    const kernel = output(kernelStep);
    const order = listEntries(await readFile(join(kernel, "modules.order"), "utf8"));
    const init = await readFile(join(output(agentStep), "agent"));
    const entries = await initramfsEntries(init, order, (file) => readFile(join(kernel, "modules", file)));
    await writeFile(join(outputDir, "initramfs.cpio.gz"), gzipSync(writeCpio(entries), { level: 6 }));
  },
};
