// `docker wait`: until a container is not running, until its next exit, or until it is gone.

import { EngineError } from "../../base/errors.ts";
import type { EngineContext } from "../engine-context.ts";
import type { StopInfo } from "./container.ts";
import { canStop } from "./container-state.ts";

export type WaitCondition = "not-running" | "next-exit" | "removed";

/** Subscribes at once (a client starts the container only after that) and returns the promise of the exit. */
export function waitContainer(
  engine: EngineContext,
  reference: string,
  condition: WaitCondition,
  signal?: AbortSignal,
): Promise<StopInfo> {
  const container = engine.containers.find(reference);
  const { state } = container.record;
  if (condition === "not-running" && !canStop(state))
    return Promise.resolve({ exitCode: state.exitCode, error: "" });
  return new Promise((resolve, reject) => {
    const stops = [
      container.removed.on((info) => settle(() => resolve(info))),
      condition === "removed" ? () => {} : container.stopped.on((info) => settle(() => resolve(info))),
    ];
    const onAbort = () => settle(() => reject(new EngineError("cancelled", "context canceled")));
    const settle = (finish: () => void) => {
      for (const stop of stops) stop();
      signal?.removeEventListener("abort", onAbort);
      finish();
    };
    signal?.addEventListener("abort", onAbort);
    if (signal?.aborted) onAbort();
  });
}

/** `condition` as clients write it. */
export function parseWaitCondition(text: string): WaitCondition {
  if (text === "") return "not-running";
  if (text === "not-running" || text === "next-exit" || text === "removed") return text;
  throw new EngineError("invalid-argument", `invalid condition: "${text}"`);
}
