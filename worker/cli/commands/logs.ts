// `docker logs`

import type { WireContainerInspect } from "../../api/wire/container-inspect.ts";
import { chunksOf } from "../../base/streams.ts";
import { CliError } from "../cli-error.ts";
import type { Command, CommandContext } from "../command.ts";
import { demultiplex } from "../demultiplex.ts";
import { flag } from "../flags.ts";
import { nameSegment } from "../for-each-name.ts";
import { parseTimestamp } from "../go-duration.ts";
import { untilInterrupted } from "../until-interrupted.ts";

export const logsCommand: Command = {
  paths: ["container logs", "logs"],
  summary: "Fetch the logs of a container",
  usage: "[OPTIONS] CONTAINER",
  flags: [
    flag("--details", "bool", "Show extra details provided to logs"),
    flag("-f, --follow", "bool", "Follow log output"),
    flag(
      "--since",
      "string",
      'Show logs since timestamp (e.g. "2013-01-02T13:23:37Z") or relative (e.g. "42m" for 42 minutes)',
    ),
    flag("-n, --tail", "string", "Number of lines to show from the end of the logs", { default: "all" }),
    flag("-t, --timestamps", "bool", "Show timestamps"),
    flag(
      "--until",
      "string",
      'Show logs before a timestamp (e.g. "2013-01-02T13:23:37Z") or relative (e.g. "42m" for 42 minutes)',
    ),
  ],
  minArgs: 1,
  maxArgs: 1,
  completes: ["container", "nothing"],
  run: (context) => untilInterrupted(context.session, (signal) => printLogs(context, signal)),
};

async function printLogs(
  { api, flags, args, out, err }: CommandContext,
  signal: AbortSignal,
): Promise<number> {
  const { Config, Id } = await api.json<WireContainerInspect>(
    "GET",
    `/containers/${nameSegment(args[0]!)}/json`,
  );
  const response = await api.call("GET", `/containers/${Id}/logs`, {
    query: {
      stdout: true,
      stderr: true,
      details: flags.isOn("details"),
      follow: flags.isOn("follow"),
      since: timestamp("since", flags.text("since")),
      until: timestamp("until", flags.text("until")),
      tail: flags.text("tail"),
      timestamps: flags.isOn("timestamps"),
    },
    signal,
  });
  if (response.body === null) return 0;
  if (Config.Tty !== true) await demultiplex(response.body, out, err);
  else for await (const chunk of chunksOf(response.body)) await out.write(chunk);
  return 0;
}

function timestamp(name: string, text: string): string {
  if (text === "") return "";
  try {
    return parseTimestamp(text, Date.now());
  } catch (cause) {
    throw new CliError(
      `invalid value for ${JSON.stringify(name)}: ${cause instanceof Error ? cause.message : cause}`,
      1,
      {
        cause,
      },
    );
  }
}
