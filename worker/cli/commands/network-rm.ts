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
  async run(context) {
    const code = await forEachName(context, async (_, segment) => {
      await context.api.send("DELETE", `/networks/${segment}`).catch((error: unknown) => {
        if (!(context.flags.isOn("force") && error instanceof ApiError && error.status === 404)) throw error;
      });
      return undefined;
    });
    // As the real client says of itself.
    if (code !== 0) await context.err.line(`exit status ${code}`);
    return code;
  },
};
