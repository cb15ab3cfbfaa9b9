// What a verb of the command line is: data that parsing, --help and completion read, and what it does.

import type { ApiClient } from "./api-client.ts";
import type { FlagSpec, FlagValues } from "./flags.ts";
import type { CliSession } from "./session.ts";
import type { TextSink } from "./text-sink.ts";

export interface CommandContext {
  readonly session: CliSession;
  readonly api: ApiClient;
  readonly out: TextSink;
  readonly err: TextSink;
  readonly flags: FlagValues;
  /** Those before the verb. */
  readonly root: FlagValues;
  readonly args: readonly string[];
}

/** What the words after the flags name, for completion; the last one repeats. */
export type Completion =
  | "container"
  | "running"
  | "stopped"
  | "image"
  | "volume"
  | "network"
  | "nothing"
  | "any";

export interface Command {
  /** Every path it is reached by, without `docker`: the first one of a group is its name there, the others are aliases. */
  readonly paths: readonly string[];
  readonly summary: string;
  /** After the path: `[OPTIONS] IMAGE [COMMAND] [ARG...]`. */
  readonly usage: string;
  /** Paragraphs after the summary. */
  readonly details?: string;
  readonly flags: readonly FlagSpec[];
  /** How many words it takes besides its flags. */
  readonly minArgs: number;
  readonly maxArgs: number;
  /** Flags end at the first word that is none: what follows is a command in a container. */
  readonly ownsRest?: boolean;
  readonly completes?: readonly Completion[];
  /** Not listed by --help. */
  readonly hidden?: boolean;
  /** Resolves with the exit code; rejects with a CliError. */
  readonly run: (context: CommandContext) => Promise<number>;
}
