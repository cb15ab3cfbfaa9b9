// Runs a step in a process of its own (separate-step.ts), so that two steps that compute can use two processors.
import { fork } from "node:child_process";
import { openSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { StaleResolutionError } from "./debian/private-apt.ts";
import { CommandError } from "./run-command.ts";
import type { StepPlace } from "./step-context.ts";

export interface SeparateRequest {
  readonly step: string;
  readonly place: StepPlace;
  /** The cache's folder. */
  readonly cache: string;
}

export type SeparateMessage =
  | { readonly kind: "progress"; readonly message: string }
  | { readonly kind: "done" }
  | {
      readonly kind: "failed";
      readonly message: string;
      /** Of a command that failed. */
      readonly tail?: string;
      readonly stale: boolean;
    };

/** Rejects as the step itself would. */
export async function runSeparately(
  step: string,
  place: StepPlace,
  cache: string,
  progress: (message: string) => void,
): Promise<void> {
  const log = openSync(place.logFile, "a");
  const program = fileURLToPath(new URL("separate-step.ts", import.meta.url));
  const child = fork(program, [], { stdio: ["ignore", log, log, "ipc"] });
  child.send({ step, place, cache } satisfies SeparateRequest);
  let outcome: SeparateMessage | undefined;
  child.on("message", (message) => {
    const said = message as SeparateMessage;
    if (said.kind === "progress") progress(said.message);
    else outcome = said;
  });
  const how = await new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(`could not start: ${error.message}`));
    child.once("close", (code, signal) =>
      resolve(signal ? `was ended by ${signal}` : `ended with exit code ${code}`),
    );
  });
  if (outcome?.kind === "done") return;
  if (outcome?.kind !== "failed") throw new Error(`its process ${how}`);
  if (outcome.stale) throw new StaleResolutionError(outcome.message);
  if (outcome.tail === undefined) throw new Error(outcome.message);
  throw new CommandError(outcome.message, outcome.tail, place.logFile);
}
