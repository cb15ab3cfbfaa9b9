// After the machine has started anew: no container runs any more, whatever the records say. As after a crash of Docker's
// daemon, what ran has exited with 255, what was being removed goes, and restart policies apply.

import type { EngineContext } from "../engine-context.ts";
import type { Container } from "./container.ts";
import { canStop } from "./container-state.ts";
import { removeLocked } from "./remove.ts";
import { shouldRestart } from "./restart-policy.ts";
import { startLocked } from "./start.ts";

const EXIT_UNKNOWN = 255;

/** Corrects the records. Returns the containers that a restart policy wants back. */
export async function reconcileContainers(engine: EngineContext): Promise<Container[]> {
  const wanted: Container[] = [];
  for (const container of engine.containers.all()) {
    const { record } = container;
    const { state } = record;
    const ran = canStop(state);
    if (ran) {
      Object.assign(state, {
        status: "exited",
        pid: 0,
        exitCode: EXIT_UNKNOWN,
        finishedAtMs: engine.clock.nowMs(),
      });
      if (state.health) state.health.status = "unhealthy";
    }
    for (const endpoint of Object.values(record.endpoints)) endpoint.live = null;
    record.published = [];
    if (state.status === "removing" || (ran && record.host.autoRemove)) {
      await container.mutex
        .run(() => removeLocked(engine, container, { removeVolumes: true }))
        .catch(() => {});
      continue;
    }
    if (ran) await engine.containers.save(container);
    const wasUp = state.startedAtMs > 0 && (ran || record.host.restartPolicy.name === "always");
    if (wasUp && (record.host.restartPolicy.name === "always" || shouldRestart(record)))
      wanted.push(container);
  }
  return wanted;
}

/** One after another; one that cannot start says why in its record. */
export async function restartWanted(engine: EngineContext, wanted: readonly Container[]): Promise<void> {
  for (const container of wanted) {
    await container.mutex.run(() => startLocked(engine, container)).catch(() => {});
  }
}
