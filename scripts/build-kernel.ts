// npm run build:kernel: compiles the lean kernel, which the next build takes in place of Debian's.
//   npm run build:kernel -- --remove      goes back to Debian's
import { cp, rm } from "node:fs/promises";
import { build, checkoutRoot, reportFailure } from "./build/build.ts";
import { leanKernelPath } from "./build/lean-kernel.ts";
import { leanKernelStep } from "./build/steps/lean-kernel.ts";

async function buildKernel(remove: boolean): Promise<void> {
  const target = leanKernelPath(checkoutRoot);
  if (remove) {
    await rm(target, { recursive: true, force: true });
    process.stdout.write("✓ the next build takes Debian's kernel\n");
    return;
  }
  const results = await build([leanKernelStep]);
  const { folder } = results.get(leanKernelStep)!;
  await rm(target, { recursive: true, force: true });
  await cp(folder, target, { recursive: true });
  process.stdout.write("✓ the next build takes the lean kernel\n");
}

await buildKernel(process.argv.includes("--remove")).catch(reportFailure);
