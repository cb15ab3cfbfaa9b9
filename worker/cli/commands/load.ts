// `docker load`: images from a tar archive.

import { CliError } from "../cli-error.ts";
import type { Command } from "../command.ts";
import { flag } from "../flags.ts";
import { platformJson } from "../platform.ts";
import { showProgress } from "../progress-display.ts";
import { readInput } from "../read-input.ts";

export const loadCommand: Command = {
  paths: ["image load", "load"],
  summary: "Load an image from a tar archive or STDIN",
  usage: "[OPTIONS]",
  flags: [
    flag("-i, --input", "string", "Read from tar archive file, instead of STDIN"),
    flag("--platform", "string", 'Load only the given platform variant, formatted as "os[/arch[/variant]]"'),
    flag("-q, --quiet", "bool", "Suppress the load output"),
  ],
  minArgs: 0,
  maxArgs: 0,
  async run({ session, api, flags, out }) {
    const input = flags.text("input");
    if (input === "" && session.isTerminal.stdin)
      throw new CliError("requested load from stdin, but stdin is empty");
    const response = await api.call("POST", "/images/load", {
      query: {
        quiet: flags.isOn("quiet") || !session.isTerminal.stdout,
        platform: platformJson(flags.text("platform")),
      },
      headers: { "content-type": "application/x-tar" },
      body: await readInput(session, input),
    });
    const columns = session.isTerminal.stdout ? (session.terminalSize()?.columns ?? 80) : undefined;
    if (response.body !== null) await showProgress(response.body, out, columns);
    return 0;
  },
};
