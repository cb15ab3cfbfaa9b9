// Builds everything that the machine is made of, step by step, and lays it out in .cache/assets for the page and for Node.
import { build, reportFailure } from "./build/build.ts";
import { guestSystemStep } from "./build/steps/guest-system.ts";
import { kernelStep } from "./build/steps/kernel.ts";

await build([kernelStep, guestSystemStep], async (results) => {
  for (const [step, { folder }] of results) process.stdout.write(`${step.name} ${folder}\n`);
}).catch(reportFailure);
