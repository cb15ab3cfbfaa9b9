// `docker create`: a container that is not started yet.

import type { Command } from "../command.ts";
import { CONTAINER_FLAGS } from "../container-flags.ts";
import { createContainer } from "../create-container.ts";
import { buildCreateRequest } from "../create-request.ts";
import { failWithHelp } from "../fail-with-help.ts";
import { flag } from "../flags.ts";
import { RESOURCE_FLAGS } from "../resource-flags.ts";

export const createCommand: Command = {
  paths: ["container create", "create"],
  summary: "Create a new container",
  usage: "[OPTIONS] IMAGE [COMMAND] [ARG...]",
  flags: [
    ...CONTAINER_FLAGS,
    ...RESOURCE_FLAGS,
    flag("--pull", "string", 'Pull image before creating ("always", "missing", "never")', {
      default: "missing",
    }),
  ],
  minArgs: 1,
  maxArgs: Number.POSITIVE_INFINITY,
  ownsRest: true,
  completes: ["image", "nothing"],
  async run(context) {
    try {
      const body = await buildCreateRequest(context.session, context.flags, context.args);
      await context.out.line(await createContainer(context, body));
      return 0;
    } catch (error) {
      throw failWithHelp(error, "create");
    }
  },
};
