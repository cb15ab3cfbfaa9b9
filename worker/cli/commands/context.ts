// `docker context`: there is one engine, the one in this worker.

import { CliError } from "../cli-error.ts";
import type { Command } from "../command.ts";
import { flag } from "../flags.ts";
import { TABLE_FORMAT_FLAG } from "../format-flag.ts";
import { printRows } from "../format-rows.ts";

const ENDPOINT = "unix:///var/run/docker.sock";

export const contextLsCommand: Command = {
  paths: ["context ls", "context list"],
  summary: "List contexts",
  usage: "[OPTIONS]",
  flags: [TABLE_FORMAT_FLAG, flag("-q, --quiet", "bool", "Only show context names")],
  minArgs: 0,
  maxArgs: 0,
  async run(context) {
    const isTable = /^(|table)$/.test(context.flags.text("format").trim());
    const row = {
      Current: isTable ? "*" : true,
      Name: isTable && !context.flags.isOn("quiet") ? "default *" : "default",
      Description: "This machine",
      DockerEndpoint: ENDPOINT,
      Error: "",
    };
    await printRows(context, [row], {
      table: "{{.Name}}\t{{.Description}}\t{{.DockerEndpoint}}\t{{.Error}}",
      quiet: "{{.Name}}",
      headings: {
        Name: "NAME",
        Description: "DESCRIPTION",
        DockerEndpoint: "DOCKER ENDPOINT",
        Error: "ERROR",
        Current: "CURRENT",
      },
    });
    return 0;
  },
};

export const contextShowCommand: Command = {
  paths: ["context show"],
  summary: "Print the name of the current context",
  usage: "",
  flags: [],
  minArgs: 0,
  maxArgs: 0,
  async run({ out }) {
    await out.line("default");
    return 0;
  },
};

export const contextUseCommand: Command = {
  paths: ["context use"],
  summary: "Set the current docker context",
  usage: "CONTEXT",
  flags: [],
  minArgs: 1,
  maxArgs: 1,
  async run({ args, out, err }) {
    if (args[0] !== "default") throw new CliError(`context ${JSON.stringify(args[0])}: context not found`);
    await out.line("default");
    await err.line('Current context is now "default"');
    return 0;
  },
};
