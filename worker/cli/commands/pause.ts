// `docker pause`

import { containerVerb, sendVerb } from "../container-verb.ts";

export const pauseCommand = containerVerb({
  name: "pause",
  summary: "Pause all processes within one or more containers",
  completes: "running",
  act: (context, path) => sendVerb(context, "POST", `${path}/pause`),
});
