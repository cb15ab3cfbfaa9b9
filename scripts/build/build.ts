// One build: the cache and the private apt at hand, steps run; started anew once when the Debian mirror has moved on meanwhile.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { BuildCache, cacheFolder } from "./build-cache.ts";
import type { BuildStep } from "./build-step.ts";
import { PrivateApt, StaleResolutionError } from "./debian/private-apt.ts";
import { runSteps, StepError, type StepResult } from "./run-steps.ts";

export const checkoutRoot = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Makes the steps. Another build may run at the same time: a step is made by one of them, and the other waits for it. */
export async function build(steps: readonly BuildStep[]): Promise<ReadonlyMap<BuildStep, StepResult>> {
  const cache = new BuildCache(cacheFolder());
  const aptFolder = join(cache.folder, "apt");
  await mkdir(aptFolder, { recursive: true });
  const attempt = () => {
    const apt = new PrivateApt(aptFolder, say, () => cache.lock("apt"));
    return runSteps(steps, { root: checkoutRoot, cache, say, apt });
  };
  return attempt().catch((error: unknown) => {
    if (!(error instanceof StepError && error.cause instanceof StaleResolutionError)) throw error;
    say(`! ${error.cause.message}: starting again with them`);
    return attempt();
  });
}

/** For a script's last resort: tells a failure and sets the exit code. */
export function reportFailure(error: unknown): void {
  process.stderr.write(`\n${error instanceof StepError ? error.message : (error as Error).stack}\n`);
  process.exitCode = 1;
}
