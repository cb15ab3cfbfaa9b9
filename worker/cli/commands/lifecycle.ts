// The verbs that take names of containers and ask the engine one thing for each: stop, kill, restart, pause, unpause, rm, wait.

import type { WireWait } from "../../api/wire/container-summary.ts";
import type { Command, CommandContext, Completion } from "../command.ts";
import { type FlagSpec, flag } from "../flags.ts";
import { forEachName } from "../for-each-name.ts";

interface Verb {
  readonly name: string;
  readonly paths?: readonly string[];
  readonly summary: string;
  readonly flags?: readonly FlagSpec[];
  readonly completes: Completion;
  /** Returns what is printed instead of the name. */
  readonly act: (context: CommandContext, path: string) => Promise<string | undefined>;
}

function containerVerb({ name, paths, summary, flags = [], completes, act }: Verb): Command {
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

const SIGNAL_FLAG = flag("-s, --signal", "string", "Signal to send to the container");
const STOP_FLAGS = [
  SIGNAL_FLAG,
  flag("-t, --timeout", "int", "Seconds to wait before killing the container"),
  flag("--time", "int", "Seconds to wait before killing the container", { hidden: true }),
];

function stopQuery({ flags }: CommandContext) {
  return {
    signal: flags.text("signal"),
    t: flags.optionalNumber("timeout") ?? flags.optionalNumber("time"),
  };
}

async function send(context: CommandContext, method: string, path: string, query = {}): Promise<undefined> {
  await context.api.send(method, path, { query });
}

export const stopCommand = containerVerb({
  name: "stop",
  summary: "Stop one or more running containers",
  flags: STOP_FLAGS,
  completes: "running",
  act: (context, path) => send(context, "POST", `${path}/stop`, stopQuery(context)),
});

export const restartCommand = containerVerb({
  name: "restart",
  summary: "Restart one or more containers",
  flags: STOP_FLAGS,
  completes: "container",
  act: (context, path) => send(context, "POST", `${path}/restart`, stopQuery(context)),
});

export const killCommand = containerVerb({
  name: "kill",
  summary: "Kill one or more running containers",
  flags: [SIGNAL_FLAG],
  completes: "running",
  act: (context, path) => send(context, "POST", `${path}/kill`, { signal: context.flags.text("signal") }),
});

export const pauseCommand = containerVerb({
  name: "pause",
  summary: "Pause all processes within one or more containers",
  completes: "running",
  act: (context, path) => send(context, "POST", `${path}/pause`),
});

export const unpauseCommand = containerVerb({
  name: "unpause",
  summary: "Unpause all processes within one or more containers",
  completes: "running",
  act: (context, path) => send(context, "POST", `${path}/unpause`),
});

export const rmCommand = containerVerb({
  name: "rm",
  paths: ["container rm", "container remove", "rm"],
  summary: "Remove one or more containers",
  flags: [
    flag("-f, --force", "bool", "Force the removal of a running container (uses SIGKILL)"),
    flag("-l, --link", "bool", "Remove the specified link"),
    flag("-v, --volumes", "bool", "Remove anonymous volumes associated with the container"),
  ],
  completes: "container",
  act: (context, path) =>
    send(context, "DELETE", path, {
      force: context.flags.isOn("force"),
      link: context.flags.isOn("link"),
      v: context.flags.isOn("volumes"),
    }),
});

export const waitCommand = containerVerb({
  name: "wait",
  summary: "Block until one or more containers stop, then print their exit codes",
  completes: "running",
  act: async ({ api }, path) => String((await api.json<WireWait>("POST", `${path}/wait`)).StatusCode),
});
