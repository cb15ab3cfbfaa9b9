// `docker rm`

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
  act: (context, path) =>
    sendVerb(context, "DELETE", path, {
      force: context.flags.isOn("force"),
      link: context.flags.isOn("link"),
      v: context.flags.isOn("volumes"),
    }),
});
