// `docker restart`

import { containerVerb, STOP_FLAGS, sendVerb, stopQuery } from "../container-verb.ts";

export const restartCommand = containerVerb({
  name: "restart",
  summary: "Restart one or more containers",
  flags: STOP_FLAGS,
  completes: "container",
  act: (context, path) => sendVerb(context, "POST", `${path}/restart`, stopQuery(context)),
});
