// The verbs that take names of containers and ask the engine one thing for each: stop, kill, restart, pause, unpause, rm, wait.

import type { Command, CommandContext, Completion } from "./command.ts";
import { type FlagSpec, flag } from "./flags.ts";
import { forEachName } from "./for-each-name.ts";

interface Verb {
  readonly name: string;
  readonly paths?: readonly string[];
  readonly summary: string;
  readonly flags?: readonly FlagSpec[];
  readonly completes: Completion;
  /** Returns what is printed instead of the name; null: nothing. */
  readonly act: (context: CommandContext, path: string) => Promise<string | null | undefined>;
}

/** The whole command from what is its own. */
export function containerVerb({ name, paths, summary, flags = [], completes, act }: Verb): Command {
  return {
    paths: paths ?? [`container ${name}`, name],
    summary,
    usage: `${flags.length > 0 ? "[OPTIONS] " : ""}CONTAINER [CONTAINER...]`,
    flags,
    minArgs: 1,
    maxArgs: Number.POSITIVE_INFINITY,
    completes: [completes],
    run: (context) => forEachName(context, (_, segment) => act(context, `/containers/${segment}`)),
  };
}

export const SIGNAL_FLAG = flag("-s, --signal", "string", "Signal to send to the container");
export const STOP_FLAGS = [
  SIGNAL_FLAG,
  flag("-t, --timeout", "int", "Seconds to wait before killing the container"),
  flag("--time", "int", "Seconds to wait before killing the container", { hidden: true }),
];

/** What `stop` and `restart` tell the engine. */
export function stopQuery({ flags }: CommandContext) {
  return {
    signal: flags.text("signal"),
    t: flags.optionalNumber("timeout") ?? flags.optionalNumber("time"),
  };
}

export async function sendVerb(
  context: CommandContext,
  method: string,
  path: string,
  query = {},
): Promise<undefined> {
  await context.api.send(method, path, { query });
}
