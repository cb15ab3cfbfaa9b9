// `docker save`: images as a tar archive.

import type { Command } from "../command.ts";
import { flag } from "../flags.ts";
import { imageSegment } from "../for-each-name.ts";
import { platformJson } from "../platform.ts";
import { checkOutput, writeOutput } from "../write-output.ts";

export const saveCommand: Command = {
  paths: ["image save", "save"],
  summary: "Save one or more images to a tar archive (streamed to STDOUT by default)",
  usage: "[OPTIONS] IMAGE [IMAGE...]",
  flags: [
    flag("-o, --output", "string", "Write to a file, instead of STDOUT"),
    flag("--platform", "string", 'Save only the given platform variant, formatted as "os[/arch[/variant]]"'),
  ],
  minArgs: 1,
  maxArgs: Number.POSITIVE_INFINITY,
  completes: ["image"],
  async run(context) {
    const { api, args, flags } = context;
    await checkOutput(context, "save image");
    args.forEach(imageSegment);
    const response = await api.call("GET", "/images/get", {
      query: { names: args, platform: platformJson(flags.text("platform")) },
    });
    if (response.body !== null) await writeOutput(context, response.body);
    return 0;
  },
};
