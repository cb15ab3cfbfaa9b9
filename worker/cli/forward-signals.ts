// --sig-proxy: signals of the calling process go to the container's. Whoever insists, with the third one that asks to end,
// gets out even when the container does not listen.

import type { Dispose } from "../base/disposables.ts";
import { type ApiClient, pathSegment } from "./api-client.ts";
import type { CliSession } from "./session.ts";

/** Those that say something about the caller's own business are not passed on. */
const OWN: ReadonlySet<string> = new Set(["CHLD", "PIPE", "URG", "WINCH"]);

const PATIENCE = 3;

export function forwardSignals(session: CliSession, api: ApiClient, id: string, giveUp: () => void): Dispose {
  let asked = 0;
  return session.onSignal((signal) => {
    if (OWN.has(signal)) return;
    if ((signal === "INT" || signal === "TERM") && ++asked === PATIENCE) giveUp();
    // A container that has ended meanwhile has no use for the signal.
    api.send("POST", `/containers/${pathSegment(id)}/kill`, { query: { signal } }).catch(() => {});
  });
}
