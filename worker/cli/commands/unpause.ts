// `docker unpause`

import { containerVerb, sendVerb } from "../container-verb.ts";

export const unpauseCommand = containerVerb({
  name: "unpause",
  summary: "Unpause all processes within one or more containers",
  completes: "running",
  act: (context, path) => sendVerb(context, "POST", `${path}/unpause`),
});
