// `docker network rm`

import { ApiError } from "../api-client.ts";
import type { Command } from "../command.ts";
import { flag } from "../flags.ts";
import { forEachName } from "../for-each-name.ts";

export const networkRmCommand: Command = {
  paths: ["network rm", "network remove"],
  summary: "Remove one or more networks",
  usage: "NETWORK [NETWORK...]",
  flags: [flag("-f, --force", "bool", "Do not error if the network does not exist")],
  minArgs: 1,
  maxArgs: Number.POSITIVE_INFINITY,
  completes: ["network"],
  run: (context) =>
    forEachName(context, async (_, segment) => {
      await context.api.send("DELETE", `/networks/${segment}`).catch((error: unknown) => {
        if (!(context.flags.isOn("force") && error instanceof ApiError && error.status === 404)) throw error;
      });
      return undefined;
    }),
};
