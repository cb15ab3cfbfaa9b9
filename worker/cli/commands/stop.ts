// `docker stop`

import { containerVerb, STOP_FLAGS, sendVerb, stopQuery } from "../container-verb.ts";

export const stopCommand = containerVerb({
  name: "stop",
  summary: "Stop one or more running containers",
  flags: STOP_FLAGS,
  completes: "running",
  act: (context, path) => sendVerb(context, "POST", `${path}/stop`, stopQuery(context)),
});
