// `docker wait`

import type { WireWait } from "../../api/wire/container-summary.ts";
import { containerVerb } from "../container-verb.ts";

export const waitCommand = containerVerb({
  name: "wait",
  summary: "Block until one or more containers stop, then print their exit codes",
  completes: "running",
  act: async ({ api }, path) => String((await api.json<WireWait>("POST", `${path}/wait`)).StatusCode),
});
