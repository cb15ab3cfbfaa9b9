// The context that is always there: the engine of this machine.

import type { StoredContext } from "./context-store.ts";
import { OWN_ENDPOINT } from "./engine-endpoint.ts";

export const OWN_CONTEXT: StoredContext = {
  name: "default",
  description: "This machine",
  host: OWN_ENDPOINT,
};
