// `docker start`, and `docker start -ai` which attaches as `run` does.

import type { WireContainerInspect } from "../../api/wire/container-inspect.ts";
import { messageOf } from "../../base/errors.ts";
import { attachSession } from "../attach-session.ts";
import { CliError } from "../cli-error.ts";
import type { Command, CommandContext } from "../command.ts";
import { parseDetachKeys } from "../detach-keys.ts";
import { flag } from "../flags.ts";
import { nameSegment } from "../for-each-name.ts";
import { requireTerminal } from "../require-terminal.ts";

export const startCommand: Command = {
  paths: ["container start", "start"],
  summary: "Start one or more stopped containers",
  usage: "[OPTIONS] CONTAINER [CONTAINER...]",
  flags: [
    flag("-a, --attach", "bool", "Attach STDOUT/STDERR and forward signals"),
    flag("--detach-keys", "string", "Override the key sequence for detaching a container"),
    flag("-i, --interactive", "bool", "Attach container's STDIN"),
  ],
  minArgs: 1,
  maxArgs: Number.POSITIVE_INFINITY,
  completes: ["stopped"],
  run: (context) =>
    context.flags.isOn("attach") || context.flags.isOn("interactive")
      ? startAttached(context)
      : startAll(context),
};

async function startAll({ api, args, out, err }: CommandContext): Promise<number> {
  const failed: string[] = [];
  for (const name of args) {
    try {
      await api.send("POST", `/containers/${nameSegment(name)}/start`);
      await out.line(name);
    } catch (error) {
      await err.line(messageOf(error));
      failed.push(name);
    }
  }
  if (failed.length > 0) throw new CliError(`Error: failed to start containers: ${failed.join(", ")}`);
  return 0;
}

async function startAttached(context: CommandContext): Promise<number> {
  const { api, args, flags, session } = context;
  if (args.length > 1) throw new CliError("you cannot start and attach multiple containers at once");
  const path = `/containers/${nameSegment(args[0]!)}`;
  const container = await api.json<WireContainerInspect>("GET", `${path}/json`);
  const tty = container.Config.Tty === true;
  const stdin = flags.isOn("interactive") && container.Config.OpenStdin === true;
  requireTerminal(session, tty && stdin);
  const exit = await attachSession(context, {
    id: container.Id,
    tty,
    streams: { stdin, stdout: true, stderr: true },
    detachKeys: parseDetachKeys(flags.text("detach-keys")),
    forwardSignals: !tty,
    wait: container.HostConfig.AutoRemove === true ? "removed" : "next-exit",
    start: () => api.send("POST", `${path}/start`),
  });
  return exit === "detached" ? 0 : exit;
}
