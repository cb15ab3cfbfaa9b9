// What a step gets when it is made: where its files go, and what it may call. The same here and in a process of its own.
import { appendFileSync } from "node:fs";
import type { StepContext } from "./build-step.ts";
import type { PrivateApt } from "./debian/private-apt.ts";
import { runCommand } from "./run-command.ts";

/** Plain data, so that it can be handed to another process. */
export interface StepPlace {
  readonly root: string;
  readonly outputDir: string;
  readonly workDir: string;
  readonly logFile: string;
  /** Output folders of other steps, by name. */
  readonly outputs: Readonly<Record<string, string>>;
}

export function stepContext(
  name: string,
  place: StepPlace,
  apt: PrivateApt,
  progress: (message: string) => void,
): StepContext {
  const { root, outputDir, workDir, logFile, outputs } = place;
  return {
    root,
    apt,
    outputDir,
    workDir,
    output(dependency) {
      const folder = outputs[dependency.name];
      if (!folder) throw new Error(`Step "${name}" does not declare that it needs "${dependency.name}"`);
      return folder;
    },
    progress,
    log: (text) => appendFileSync(logFile, text),
    run: (program, args, options = {}) => runCommand(program, args, { logFile, ...options }),
  };
}
