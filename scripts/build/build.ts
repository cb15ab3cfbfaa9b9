// One build: the cache locked, the private apt at hand, steps run; started anew once when the Debian mirror has moved on meanwhile.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { BuildCache, cacheFolder } from "./build-cache.ts";
import type { BuildStep } from "./build-step.ts";
import { PrivateApt, StaleResolutionError } from "./debian/private-apt.ts";
import { runSteps, StepError, type StepResult } from "./run-steps.ts";

export const checkoutRoot = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Makes the steps, then calls `use` while the cache is still locked. */
export async function build<T>(
  steps: readonly BuildStep[],
  use: (results: ReadonlyMap<BuildStep, StepResult>) => Promise<T>,
): Promise<T> {
  const cache = new BuildCache(cacheFolder());
  const aptFolder = join(cache.folder, "apt");
  await mkdir(aptFolder, { recursive: true });
  const release = await cache.lock((pid) => say(`Waiting for another build (process ${pid}) to end …`));
  try {
    const attempt = () =>
      runSteps(steps, { root: checkoutRoot, cache, say, apt: new PrivateApt(aptFolder, say) });
    const results = await attempt().catch((error: unknown) => {
      if (!(error instanceof StepError && error.cause instanceof StaleResolutionError)) throw error;
      say(`! ${error.cause.message}: starting again with them`);
      return attempt();
    });
    return await use(results);
  } finally {
    await release();
  }
}

/** For a script's last resort: tells a failure and sets the exit code. */
export function reportFailure(error: unknown): void {
  process.stderr.write(`\n${error instanceof StepError ? error.message : (error as Error).stack}\n`);
  process.exitCode = 1;
}
