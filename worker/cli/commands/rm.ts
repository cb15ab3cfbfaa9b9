// `docker rm`

import { messageOf } from "../../base/errors.ts";
import { ApiError } from "../api-client.ts";
import { containerVerb, sendVerb } from "../container-verb.ts";
import { flag } from "../flags.ts";

export const rmCommand = containerVerb({
  name: "rm",
  paths: ["container rm", "container remove", "rm"],
  summary: "Remove one or more containers",
  flags: [
    flag("-f, --force", "bool", "Force the removal of a running container (uses SIGKILL)"),
    flag("-l, --link", "bool", "Remove the specified link"),
    flag("-v, --volumes", "bool", "Remove anonymous volumes associated with the container"),
  ],
  completes: "container",
  async act(context, path) {
    const force = context.flags.isOn("force");
    try {
      return await sendVerb(context, "DELETE", path, {
        force,
        link: context.flags.isOn("link"),
        v: context.flags.isOn("volumes"),
      });
    } catch (error) {
      // With --force one that is not there is told, but no failure.
      if (!force || !(error instanceof ApiError && error.status === 404)) throw error;
      await context.err.line(messageOf(error));
      return null;
    }
  },
});
