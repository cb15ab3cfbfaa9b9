// A build step as data: what it is made from, what it needs first, and how it is made. run-steps.ts runs them and keeps what they make.
import type { PrivateApt } from "./debian/private-apt.ts";
import type { CommandOptions } from "./run-command.ts";

/** What a step's key may be computed from. */
export interface StepInputs {
  /** The checkout's root folder. */
  readonly root: string;
  readonly apt: PrivateApt;
  /** sha256 over names, modes and contents of files or whole folders below the root; a missing one counts as "none". */
  hashFiles(...paths: string[]): Promise<string>;
}

export interface StepContext {
  readonly root: string;
  readonly apt: PrivateApt;
  /** Empty at first; becomes the step's output when run() resolves. */
  readonly outputDir: string;
  /** Scratch space, gone afterwards. */
  readonly workDir: string;
  /** The output folder of a step named in dependsOn or uses. */
  output(step: BuildStep): string;
  /** Tells the person who waits what is going on. */
  progress(message: string): void;
  /** Appends to the step's log. */
  log(text: string | Uint8Array): void;
  /** runCommand with the step's log. */
  run(program: string, args: readonly string[], options?: CommandOptions): Promise<Buffer>;
}

export interface BuildStep {
  /** Also the name of its folder in the cache. */
  readonly name: string;
  /** A few words for the person who waits. */
  readonly title: string;
  readonly dependsOn: readonly BuildStep[];
  /** Needed to make the output but without influence on it: not part of the key, and not built when the output is kept. */
  readonly uses?: readonly BuildStep[];
  /** Runs in a process of its own: a step that computes long, and would hold up the others. */
  readonly separate?: boolean;
  /** Everything that decides the output, besides the steps it depends on. */
  inputs(from: StepInputs): Promise<Readonly<Record<string, string>>>;
  run(context: StepContext): Promise<void>;
}
