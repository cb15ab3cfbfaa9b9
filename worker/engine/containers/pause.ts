// `docker pause` and `docker unpause`: the cgroup freezer.

import { EngineError } from "../../base/errors.ts";
import type { EngineContext } from "../engine-context.ts";
import { emitContainerEvent } from "./container-event.ts";
import { canPause, isRunning } from "./container-state.ts";
import { endHealth, watchHealth } from "./health-monitor.ts";

/** Throws conflict when it does not run or is paused already. */
export async function pauseContainer(engine: EngineContext, reference: string): Promise<void> {
  const container = engine.containers.find(reference);
  await container.mutex.run(async () => {
    const { state } = container.record;
    if (state.status === "paused")
      throw new EngineError("conflict", `container ${container.id} is already paused`);
    if (!canPause(state)) throw new EngineError("conflict", `container ${container.id} is not running`);
    await engine.runtime.freeze(container.id, true);
    state.status = "paused";
    endHealth(container);
    emitContainerEvent(engine, container, "pause");
    await engine.containers.save(container);
  });
}

/** Throws conflict when it is not paused. */
export async function unpauseContainer(engine: EngineContext, reference: string): Promise<void> {
  const container = engine.containers.find(reference);
  await container.mutex.run(async () => {
    const { state } = container.record;
    if (!isRunning(state) || state.status !== "paused")
      throw new EngineError("conflict", `container ${container.id} is not paused`);
    await engine.runtime.freeze(container.id, false);
    state.status = "running";
    watchHealth(engine, container);
    emitContainerEvent(engine, container, "unpause");
    await engine.containers.save(container);
  });
}
