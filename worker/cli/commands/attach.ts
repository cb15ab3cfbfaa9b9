// `docker attach`

import type { WireContainerInspect } from "../../api/wire/container-inspect.ts";
import { attachSession } from "../attach-session.ts";
import { CliError } from "../cli-error.ts";
import type { Command } from "../command.ts";
import { parseDetachKeys } from "../detach-keys.ts";
import { flag } from "../flags.ts";
import { nameSegment } from "../for-each-name.ts";
import { requireTerminal } from "../require-terminal.ts";

export const attachCommand: Command = {
  paths: ["container attach", "attach"],
  summary: "Attach local standard input, output, and error streams to a running container",
  usage: "[OPTIONS] CONTAINER",
  flags: [
    flag("--detach-keys", "string", "Override the key sequence for detaching a container"),
    flag("--no-stdin", "bool", "Do not attach STDIN"),
    flag("--sig-proxy", "bool", "Proxy all received signals to the process", { default: "true" }),
  ],
  minArgs: 1,
  maxArgs: 1,
  completes: ["running", "nothing"],
  async run(context) {
    const { api, args, flags, session } = context;
    const container = await api.json<WireContainerInspect>(
      "GET",
      `/containers/${nameSegment(args[0]!)}/json`,
    );
    const { Running, Paused, Restarting } = container.State;
    if (!Running) throw new CliError("You cannot attach to a stopped container, start it first");
    if (Paused) throw new CliError("cannot attach to a paused container, unpause it first");
    if (Restarting) throw new CliError("cannot attach to a restarting container, wait until it is running");
    const tty = container.Config.Tty === true;
    const stdin = !flags.isOn("no-stdin") && container.Config.OpenStdin === true;
    requireTerminal(session, tty && !flags.isOn("no-stdin"));
    const exit = await attachSession(context, {
      id: container.Id,
      tty,
      streams: { stdin, stdout: true, stderr: true },
      detachKeys: parseDetachKeys(flags.text("detach-keys")),
      forwardSignals: flags.isOn("sig-proxy") && !tty,
      wait: "not-running",
      start: async () => {},
    });
    if (exit === "detached") throw new CliError("read escape sequence");
    return exit;
  },
};
