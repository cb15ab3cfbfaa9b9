// `docker stop`: the container's stop signal, time to finish, then KILL.

import { EngineError } from "../../base/errors.ts";
import type { EngineContext } from "../engine-context.ts";
import type { Container } from "./container.ts";
import { emitContainerEvent } from "./container-event.ts";
import { canStop, isRunning } from "./container-state.ts";
import { signalContainer, stopSignalOf } from "./kill.ts";
import { parseSignal, SIGKILL } from "./signal.ts";

const DEFAULT_TIMEOUT_S = 10;

export interface StopOptions {
  /** Seconds before KILL; negative: wait without end; undefined: the container's own, or ten. */
  readonly timeoutS?: number | undefined;
  /** Instead of the container's stop signal. */
  readonly signal?: string | undefined;
}

/** Throws not-modified when it does not run. */
export async function stopContainer(
  engine: EngineContext,
  reference: string,
  options: StopOptions = {},
): Promise<void> {
  const container = engine.containers.find(reference);
  if (!canStop(container.record.state)) throw new EngineError("not-modified", `container is already stopped`);
  await stopRun(engine, container, options);
  emitContainerEvent(engine, container, "stop");
}

/** Resolves when the run is over and dealt with. A no-op without one. */
export async function stopRun(
  engine: EngineContext,
  container: Container,
  options: StopOptions = {},
): Promise<void> {
  const { state, config } = container.record;
  state.manuallyStopped = true;
  await endRestarting(engine, container);
  const { run } = container;
  if (run === null || !isRunning(state)) return;
  const signal = options.signal ? parseSignal(options.signal) : stopSignalOf(container);
  await signalContainer(engine, container, signal).catch(() => {});
  const timeoutS = options.timeoutS ?? config.stopTimeoutS ?? DEFAULT_TIMEOUT_S;
  const stopTimer =
    timeoutS < 0
      ? () => {}
      : engine.clock.after(timeoutS * 1000, () => {
          void signalContainer(engine, container, SIGKILL).catch(() => {});
        });
  await run.over;
  stopTimer();
}

/** A container that waits for its restart is stopped by not restarting it. */
async function endRestarting(engine: EngineContext, container: Container): Promise<void> {
  if (container.record.state.status !== "restarting") return;
  await container.mutex.run(async () => {
    const { state } = container.record;
    if (state.status !== "restarting") return;
    container.cancelRestart?.();
    container.cancelRestart = null;
    state.status = "exited";
    await engine.containers.save(container);
    container.stopped.emit({ exitCode: state.exitCode, error: "" });
  });
}
