// --sig-proxy: signals of the calling process go to the container's.

import type { Dispose } from "../base/disposables.ts";
import { type ApiClient, pathSegment } from "./api-client.ts";
import type { CliSession } from "./session.ts";

/** Those that say something about the caller's own business are not passed on. */
const OWN: ReadonlySet<string> = new Set(["CHLD", "PIPE", "URG", "WINCH"]);

export function forwardSignals(session: CliSession, api: ApiClient, id: string): Dispose {
  return session.onSignal((signal) => {
    if (OWN.has(signal)) return;
    // A container that has ended meanwhile has no use for the signal.
    api.send("POST", `/containers/${pathSegment(id)}/kill`, { query: { signal } }).catch(() => {});
  });
}
