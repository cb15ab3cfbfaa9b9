// Builds everything that the machine is made of, step by step, and lays it out in .cache/assets for the page and for Node.
// With step names as arguments, only those and what they depend on, and no layout.
import { build, checkoutRoot, reportFailure } from "./build/build.ts";
import { crunStep } from "./build/steps/crun.ts";
import { dataDiskStep } from "./build/steps/data-disk.ts";
import { guestSystemStep } from "./build/steps/guest-system.ts";
import { initramfsStep } from "./build/steps/initramfs.ts";
import { kernelStep } from "./build/steps/kernel.ts";
import { librarySteps } from "./build/steps/library.ts";
import { systemStep } from "./build/steps/system.ts";

const steps = [
  kernelStep,
  guestSystemStep,
  initramfsStep,
  crunStep,
  systemStep,
  dataDiskStep,
  ...(await librarySteps(checkoutRoot)),
];
const names = process.argv.slice(2);
const chosen = names.length === 0 ? steps : steps.filter(({ name }) => names.includes(name));

await build(chosen, async (results) => {
  for (const [step, { folder }] of results) process.stdout.write(`${step.name} ${folder}\n`);
}).catch(reportFailure);
