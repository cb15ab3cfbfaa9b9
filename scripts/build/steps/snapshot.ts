// Step "snapshot": boots the machine in Node, warms it up and saves its state. Output: snapshot.zst and snapshot.json.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MEMORY_BYTES } from "../../../worker/machine/boot-options.ts";
import { bootMachine } from "../boot-machine.ts";
import type { BuildStep } from "../build-step.ts";
import { enlargeTerminalBlocks } from "../terminal-blocks.ts";
import { warmUp } from "../warm-up.ts";
import { initramfsStep } from "./initramfs.ts";
import { kernelStep } from "./kernel.ts";
import { systemStep } from "./system.ts";

export interface SnapshotFacts {
  readonly memoryBytes: number;
  /** Unpacked. */
  readonly snapshotBytes: number;
  /** Guest instructions from power-on to the snapshot. */
  readonly instructions: number;
}

export const snapshotStep: BuildStep = {
  name: "snapshot",
  title: "the machine's first boot, kept as a snapshot",
  dependsOn: [kernelStep, initramfsStep, systemStep],
  separate: true,
  async inputs({ hashFiles }) {
    return {
      code: await hashFiles(
        "scripts/build/steps/snapshot.ts",
        "scripts/build/boot-machine.ts",
        "scripts/build/terminal-blocks.ts",
        "scripts/build/warm-up.ts",
        "worker/machine",
        "worker/guest",
        "worker/runtime",
        "package-lock.json",
      ),
    };
  },
  async run({ outputDir, workDir, output, progress, run }) {
    const files = {
      kernel: join(output(kernelStep), "bzImage"),
      initramfs: join(output(initramfsStep), "initramfs.cpio.gz"),
      system: join(output(systemStep), "system.erofs"),
    };
    const { machine, layerDisk } = await bootMachine(files, progress);
    const { cpu } = machine.v86.v86;
    const changed = enlargeTerminalBlocks(cpu.mem8);
    if (changed !== undefined) cpu.jit_dirty_cache(changed.start, changed.end);
    else progress("this kernel's terminals keep their blocks of 1 KiB: much output is slower");
    progress("warming up");
    await warmUp(machine.agent, layerDisk);
    const instructions = machine.v86.get_instruction_counter();
    const snapshot = await machine.save();
    await machine.end();
    progress("packing");
    await writeFile(join(workDir, "snapshot"), snapshot);
    await run("zstd", [
      "-q",
      "--ultra",
      "-22",
      "--long=27",
      join(workDir, "snapshot"),
      "-o",
      join(outputDir, "snapshot.zst"),
    ]);
    const facts: SnapshotFacts = {
      memoryBytes: MEMORY_BYTES,
      snapshotBytes: snapshot.byteLength,
      instructions,
    };
    await writeFile(join(outputDir, "snapshot.json"), `${JSON.stringify(facts)}\n`);
  },
};
