// `docker kill`: a signal for a container's first process.

import { EngineError } from "../../base/errors.ts";
import type { EngineContext } from "../engine-context.ts";
import type { Container } from "./container.ts";
import { emitContainerEvent } from "./container-event.ts";
import { canKill } from "./container-state.ts";
import { parseSignal, SIGKILL, SIGTERM } from "./signal.ts";

/** `signal`: a name, a number, or empty for KILL. Throws conflict when it does not run. */
export async function killContainer(engine: EngineContext, reference: string, signal: string): Promise<void> {
  const container = engine.containers.find(reference);
  const number = signal === "" ? SIGKILL : parseSignal(signal);
  if (!canKill(container.record.state))
    throw new EngineError(
      "conflict",
      `cannot kill container: ${reference}: container ${container.id} is not running`,
    );
  const run = container.run;
  await signalContainer(engine, container, number);
  // Docker answers once a killed container is gone.
  if (number === SIGKILL) await run?.over;
}

/** Wakes a paused container for the signals that end it. */
export async function signalContainer(
  engine: EngineContext,
  container: Container,
  signal: number,
): Promise<void> {
  const { state } = container.record;
  const ends = signal === SIGKILL || signal === stopSignalOf(container);
  if (ends) state.manuallyStopped = true;
  await engine.runtime.signal(container.id, signal);
  emitContainerEvent(engine, container, "kill", { signal: String(signal) });
  if (ends && state.status === "paused") {
    await engine.runtime.freeze(container.id, false);
    if (container.record.state.status === "paused") state.status = "running";
  }
}

export function stopSignalOf(container: Container): number {
  const { stopSignal } = container.record.config;
  return stopSignal === null || stopSignal === "" ? SIGTERM : parseSignal(stopSignal);
}
