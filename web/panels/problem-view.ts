// A failure, told: what happened, what to do about it, and the engine's own words behind a fold.

import { RemoteError } from "../../worker/rpc/remote-error.ts";
import { element } from "../app/element.ts";
import { message, type PlainMessageKey } from "../app/messages.ts";
import { DockerError } from "../docker/docker-error.ts";

/** The first that fits the engine's words. */
const ADVICE: readonly (readonly [RegExp, PlainMessageKey])[] = [
  [/address already in use|port is already allocated/i, "problem.portTaken"],
  [/is already in use by container/i, "problem.nameTaken"],
  [/volume is in use/i, "problem.volumeInUse"],
  [/has active endpoints/i, "problem.networkInUse"],
  [/image is being used|is using its referenced image|must be forced|must force/i, "problem.imageInUse"],
  [/no space left/i, "problem.noSpace"],
  [/not running/i, "problem.notRunning"],
  [
    /pull access denied|manifest unknown|not found: manifest|no such image|repository does not exist/i,
    "problem.noImage",
  ],
  [/no such container|no such network|no such volume|get .*: no such/i, "problem.gone"],
  [/read-only/i, "problem.readOnly"],
  [/machine is not running|worker/i, "problem.noMachine"],
];

export function adviceFor(error: unknown): PlainMessageKey {
  const words = error instanceof Error ? error.message : String(error);
  return ADVICE.find(([pattern]) => pattern.test(words))?.[1] ?? "problem.unknown";
}

/** `what` is the thing that was tried. */
export function problemView(error: unknown, what?: string): HTMLElement {
  const words = error instanceof Error ? error.message : String(error);
  const log = [
    words,
    ...(error instanceof DockerError ? [`HTTP ${error.status}`] : []),
    ...(error instanceof RemoteError ? [error.code, error.remoteStack ?? ""] : []),
    ...(error instanceof Error && !(error instanceof DockerError) ? [error.stack ?? ""] : []),
  ];
  return element(
    "div",
    { class: "problem", role: "alert" },
    element("strong", {}, what === undefined ? message("problem.title") : message("problem.of", { what })),
    element("p", {}, words),
    element("p", { class: "problem-advice" }, message(adviceFor(error))),
    element(
      "details",
      {},
      element("summary", {}, message("problem.log")),
      element("pre", { tabindex: 0 }, [...new Set(log)].filter(Boolean).join("\n")),
    ),
  );
}
