// The end of a run: output drained, addresses and ports free, record written, waiters told; then the restart policy
// or --rm has its say.

import type { ProcessExit, RuntimeProcess } from "../container-runtime.ts";
import type { EngineContext } from "../engine-context.ts";
import { disconnectNetworks } from "./connect-networks.ts";
import type { Container } from "./container.ts";
import { emitContainerEvent } from "./container-event.ts";
import { endHealth } from "./health-monitor.ts";
import { removeLocked } from "./remove.ts";
import { type StartLocked, scheduleRestart, shouldRestart } from "./restart-policy.ts";

/** How long output may go on after the first process has ended, when somebody else holds its pipe. */
const DRAIN_GRACE_MS = 2000;

/** Resolves when the end has been dealt with. Never rejects. */
export async function watchExit(
  engine: EngineContext,
  container: Container,
  process: RuntimeProcess,
  drained: Promise<void>,
  start: StartLocked,
): Promise<void> {
  const exit = await process.exited;
  endHealth(container);
  await withGrace(engine, drained);
  container.stdin.end();
  container.log.endRun(engine.clock.nowMs());
  container.output.end();
  if (!container.record.host.autoRemove) await engine.logs.save(container);
  const cleanedUp = engine.runtime.cleanUp(container.id).catch(() => {});
  await container.mutex.run(async () => {
    await cleanedUp;
    await engine.mountedVolumes.release(container);
    await recordExit(engine, container, exit, start);
  });
}

async function recordExit(
  engine: EngineContext,
  container: Container,
  exit: ProcessExit,
  start: StartLocked,
): Promise<void> {
  const { record } = container;
  const { state } = record;
  const now = engine.clock.nowMs();
  container.run = null;
  Object.assign(state, {
    pid: 0,
    exitCode: exit.exitCode,
    oomKilled: exit.oomKilled,
    finishedAtMs: now,
  });
  if (exit.oomKilled) emitContainerEvent(engine, container, "oom");
  const ranS = Math.floor((now - state.startedAtMs) / 1000);
  emitContainerEvent(engine, container, "die", {
    execDuration: String(ranS),
    exitCode: String(exit.exitCode),
  });
  disconnectNetworks(engine, container);
  if (shouldRestart(record)) {
    state.status = "restarting";
    scheduleRestart(engine, container, start);
    await engine.containers.save(container);
    // It counts as running while it restarts; those who wait for an exit have seen one.
    container.stopped.emit({ exitCode: exit.exitCode, error: "" });
    return;
  }
  state.status = "exited";
  if (!record.host.autoRemove) await engine.containers.save(container);
  container.stopped.emit({ exitCode: exit.exitCode, error: "" });
  if (record.host.autoRemove)
    await removeLocked(engine, container, { removeVolumes: true, filesLater: true }).catch(() => {});
}

function withGrace(engine: EngineContext, drained: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const stopTimer = engine.clock.after(DRAIN_GRACE_MS, resolve);
    void drained.then(() => {
      stopTimer();
      resolve();
    });
  });
}
