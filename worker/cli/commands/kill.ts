// `docker kill`

import { containerVerb, SIGNAL_FLAG, sendVerb } from "../container-verb.ts";

export const killCommand = containerVerb({
  name: "kill",
  summary: "Kill one or more running containers",
  flags: [SIGNAL_FLAG],
  completes: "running",
  act: (context, path) => sendVerb(context, "POST", `${path}/kill`, { signal: context.flags.text("signal") }),
});
