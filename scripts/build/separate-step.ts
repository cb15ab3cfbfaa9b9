// The process that runSeparately() starts: makes one step of the machine, named in the first message it gets.
import { join } from "node:path";
import { BuildCache } from "./build-cache.ts";
import { PrivateApt, StaleResolutionError } from "./debian/private-apt.ts";
import { machineSteps } from "./machine-steps.ts";
import { CommandError } from "./run-command.ts";
import type { SeparateMessage, SeparateRequest } from "./run-separately.ts";
import { stepContext } from "./step-context.ts";

function tell(message: SeparateMessage): void {
  process.send?.(message);
}

async function make({ step: name, place, cache: folder }: SeparateRequest): Promise<void> {
  const { all } = await machineSteps(place.root);
  const step = all.find((one) => one.name === name);
  if (!step) throw new Error(`there is no step "${name}"`);
  const progress = (message: string) => tell({ kind: "progress", message });
  const cache = new BuildCache(folder);
  const apt = new PrivateApt(join(folder, "apt"), progress, () => cache.lock("apt"));
  await step.run(stepContext(name, place, apt, progress));
}

function failure(error: unknown): SeparateMessage {
  return {
    kind: "failed",
    message: error instanceof Error ? error.message : String(error),
    stale: error instanceof StaleResolutionError,
    ...(error instanceof CommandError ? { tail: error.tail } : {}),
  };
}

process.once("message", (request) => {
  make(request as SeparateRequest)
    .then(() => tell({ kind: "done" }))
    .catch((error: unknown) => {
      process.stderr.write(`${String((error as Error).stack ?? error)}\n`);
      tell(failure(error));
    })
    .finally(() => process.disconnect());
});
// A build that is stopped takes its steps along.
process.once("disconnect", () => process.exit());
