// `docker export`: a container's file system as a tar archive.

import type { Command } from "../command.ts";
import { flag } from "../flags.ts";
import { nameSegment } from "../for-each-name.ts";
import { checkOutput, writeOutput } from "../write-output.ts";

export const exportCommand: Command = {
  paths: ["container export", "export"],
  summary: "Export a container's filesystem as a tar archive",
  usage: "[OPTIONS] CONTAINER",
  flags: [flag("-o, --output", "string", "Write to a file, instead of STDOUT")],
  minArgs: 1,
  maxArgs: 1,
  completes: ["container", "nothing"],
  async run(context) {
    await checkOutput(context, "export container");
    const response = await context.api.call("GET", `/containers/${nameSegment(context.args[0]!)}/export`);
    if (response.body !== null) await writeOutput(context, response.body);
    return 0;
  },
};
