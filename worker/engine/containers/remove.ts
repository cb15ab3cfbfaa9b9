// `docker rm`: the writable layer, the anonymous volumes and the record go.

import { EngineError, messageOf } from "../../base/errors.ts";
import type { EngineContext } from "../engine-context.ts";
import { volumesInUse } from "../volumes/list-volumes.ts";
import { removeVolume } from "../volumes/remove-volume.ts";
import type { Container } from "./container.ts";
import { emitContainerEvent } from "./container-event.ts";
import { canRemove, isRunning } from "./container-state.ts";
import { signalContainer } from "./kill.ts";
import { SIGKILL } from "./signal.ts";
import { stopRun } from "./stop.ts";

export interface RemoveOptions {
  readonly force?: boolean;
  /** The container's anonymous volumes too. */
  readonly removeVolumes?: boolean;
  /** With --rm: nobody waits for its files to be gone. */
  readonly filesLater?: boolean;
}

/** Throws conflict while it runs, unless forced. */
export async function removeContainer(
  engine: EngineContext,
  reference: string,
  options: RemoveOptions = {},
): Promise<void> {
  const container = engine.containers.find(reference);
  if (container.record.state.status === "removing")
    throw new EngineError("conflict", `removal of container ${reference} is already in progress`);
  while (!(await removeStopped(engine, container, options))) {
    const { state } = container.record;
    if (!options.force) throw new EngineError("conflict", refusal(container));
    if (isRunning(state)) await forceStop(engine, container);
    else await stopRun(engine, container);
  }
}

/** False: it runs, maybe only now that a start of it has come to its end. */
function removeStopped(
  engine: EngineContext,
  container: Container,
  options: RemoveOptions,
): Promise<boolean> {
  return container.mutex.run(async () => {
    // --rm may have been quicker.
    if (engine.containers.byId(container.id) !== container) return true;
    if (!canRemove(container.record.state)) return false;
    await removeLocked(engine, container, options);
    return true;
  });
}

async function forceStop(engine: EngineContext, container: Container): Promise<void> {
  const { run } = container;
  container.record.state.manuallyStopped = true;
  await signalContainer(engine, container, SIGKILL).catch(() => {});
  await run?.over;
}

function refusal(container: Container): string {
  const { status } = container.record.state;
  const advice =
    status === "paused"
      ? "container is paused and must be unpaused first"
      : `container is ${status}: stop the container before removing or force remove`;
  return `cannot remove container "/${container.name}": ${advice}`;
}

/** Within the container's mutex, when nothing of it runs. Marks it dead and throws when the guest cannot let go of its files. */
export async function removeLocked(
  engine: EngineContext,
  container: Container,
  options: RemoveOptions,
): Promise<void> {
  const { record } = container;
  record.state.status = "removing";
  try {
    if (options.filesLater) await engine.runtime.discard(container.id);
    else await engine.runtime.removeWritable(container.id);
  } catch (cause) {
    record.state.status = "dead";
    record.state.error = messageOf(cause);
    await engine.containers.save(container);
    throw new EngineError(
      "internal",
      `container ${container.id}: driver "overlay2" failed to remove root filesystem: ${messageOf(cause)}`,
      { cause },
    );
  }
  await engine.containers.remove(container);
  await engine.logs.remove(container);
  engine.execs.forgetContainer(container);
  if (options.removeVolumes) await removeAnonymousVolumes(engine, container);
  emitContainerEvent(engine, container, "destroy");
  container.log.endRun(engine.clock.nowMs());
  container.removed.emit({ exitCode: record.state.exitCode, error: "" });
}

/** Those that no other container has; a volume that cannot be removed stays, and the container goes all the same. */
async function removeAnonymousVolumes(engine: EngineContext, container: Container): Promise<void> {
  const inUse = volumesInUse(engine);
  for (const mount of container.record.mounts) {
    if (mount.type !== "volume" || !engine.volumes.get(mount.name)?.anonymous || inUse.has(mount.name))
      continue;
    await removeVolume(engine, mount.name, true).catch(() => {});
  }
}
