// `docker volume rm`

import type { Command } from "../command.ts";
import { flag } from "../flags.ts";
import { forEachName } from "../for-each-name.ts";

export const volumeRmCommand: Command = {
  paths: ["volume rm", "volume remove"],
  summary: "Remove one or more volumes",
  usage: "[OPTIONS] VOLUME [VOLUME...]",
  details: "A volume that a container uses cannot be removed.",
  flags: [flag("-f, --force", "bool", "Force the removal of one or more volumes")],
  minArgs: 1,
  maxArgs: Number.POSITIVE_INFINITY,
  completes: ["volume"],
  run: (context) =>
    forEachName(context, async (_, segment) => {
      await context.api.send("DELETE", `/volumes/${segment}`, {
        query: { force: context.flags.isOn("force") },
      });
      return undefined;
    }),
};
