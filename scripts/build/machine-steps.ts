// Every step of the machine's build, those that others wait for first.
import type { BuildStep } from "./build-step.ts";
import { builderStep } from "./steps/builder.ts";
import { crunStep } from "./steps/crun.ts";
import { dataDiskStep } from "./steps/data-disk.ts";
import { guestSystemStep } from "./steps/guest-system.ts";
import { initramfsStep } from "./steps/initramfs.ts";
import { kernelStep } from "./steps/kernel.ts";
import { type LibraryImage, libraryImages } from "./steps/library.ts";
import { snapshotStep } from "./steps/snapshot.ts";
import { systemStep } from "./steps/system.ts";
import { systemChunksStep } from "./steps/system-chunks.ts";

export interface MachineSteps {
  readonly all: readonly BuildStep[];
  /** What the machine consists of: all but those that only help to make it. */
  readonly wanted: readonly BuildStep[];
  readonly library: readonly LibraryImage[];
}

export async function machineSteps(root: string): Promise<MachineSteps> {
  const library = await libraryImages(root);
  const wanted = [
    kernelStep,
    guestSystemStep,
    initramfsStep,
    ...library.filter(({ recipe }) => recipe.kind === "debian").map(({ image }) => image),
    crunStep,
    systemStep,
    snapshotStep,
    systemChunksStep,
    dataDiskStep,
    ...library.filter(({ recipe }) => recipe.kind !== "debian").map(({ image }) => image),
    ...library.map(({ ship }) => ship),
  ];
  return { all: [...wanted, builderStep], wanted, library };
}
