// Step "builder": a machine that has just booted, for setting images up in it. It has no crun and is not warmed up, so that it is there early.
// Output: snapshot, system.erofs.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bootMachine } from "../boot-machine.ts";
import type { BuildStep } from "../build-step.ts";
import { writeErofsFromFolder } from "../write-erofs-image.ts";
import { guestSystemStep } from "./guest-system.ts";
import { initramfsStep } from "./initramfs.ts";
import { kernelStep } from "./kernel.ts";

export const builderStep: BuildStep = {
  name: "builder",
  title: "a machine to set images up in",
  dependsOn: [kernelStep, initramfsStep, guestSystemStep],
  separate: true,
  async inputs({ hashFiles }) {
    return {
      code: await hashFiles(
        "scripts/build/steps/builder.ts",
        "scripts/build/boot-machine.ts",
        "worker/machine",
        "worker/guest",
        "worker/erofs",
        "package-lock.json",
      ),
    };
  },
  async run({ outputDir, output, progress }) {
    const system = join(outputDir, "system.erofs");
    await writeErofsFromFolder(join(output(guestSystemStep), "tree"), system);
    const kernel = join(output(kernelStep), "bzImage");
    const initramfs = join(output(initramfsStep), "initramfs.cpio.gz");
    const { machine } = await bootMachine({ kernel, initramfs, system }, progress);
    const snapshot = await machine.save();
    await machine.end();
    await writeFile(join(outputDir, "snapshot"), snapshot);
  },
};
