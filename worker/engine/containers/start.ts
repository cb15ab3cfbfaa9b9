// `docker start`: record and image become one call of the runtime; from then on the run is watched until its end.

import { EngineError, messageOf } from "../../base/errors.ts";
import { chunksOf } from "../../base/streams.ts";
import { type RuntimeProcess, RuntimeStartError } from "../container-runtime.ts";
import type { EngineContext } from "../engine-context.ts";
import { connectNetworks, disconnectNetworks } from "./connect-networks.ts";
import type { Container } from "./container.ts";
import { emitContainerEvent } from "./container-event.ts";
import type { OutputStream } from "./container-log.ts";
import { canStart } from "./container-state.ts";
import { watchExit } from "./exit.ts";
import { beginHealth } from "./health-monitor.ts";
import { prepareMounts } from "./prepare-mounts.ts";
import { removeLocked } from "./remove.ts";
import { startFailure, startFailureError } from "./start-failure.ts";
import { startPlan } from "./start-plan.ts";

/** Throws not-modified when it runs already, conflict when it cannot start now, and Docker's words when the start fails. */
export async function startContainer(engine: EngineContext, reference: string): Promise<void> {
  const container = engine.containers.find(reference);
  await container.mutex.run(async () => {
    const { state } = container.record;
    if (state.status === "running") throw new EngineError("not-modified", "container is already running");
    if (state.status === "paused")
      throw new EngineError("conflict", "cannot start a paused container, try unpause instead");
    if (!canStart(state))
      throw new EngineError("conflict", "container is marked for removal and cannot be started");
    container.cancelRestart?.();
    container.cancelRestart = null;
    container.restartDelayMs = 0;
    state.restartCount = 0;
    await startLocked(engine, container);
  });
}

/** Within the container's mutex. */
export async function startLocked(engine: EngineContext, container: Container): Promise<void> {
  const { record } = container;
  try {
    const image = await engine.images.resolve(record.imageId);
    const network = await connectNetworks(engine, container);
    await engine.mountedVolumes.use(container);
    await prepareMounts(engine, container, image.layers);
    const plan = await startPlan(engine, container, image.layers, network);
    const process = await engine.runtime.start(plan);
    Object.assign(record.state, {
      status: "running",
      pid: process.pid,
      exitCode: 0,
      error: "",
      oomKilled: false,
      startedAtMs: engine.clock.nowMs(),
      manuallyStopped: false,
    });
    engine.execs.forgetContainer(container);
    container.stdin.open(process.stdin);
    container.log.beginRun();
    const drained = drain(engine, container, process);
    const over = watchExit(engine, container, process, drained, startLocked);
    container.run = { process, spec: plan.spec, over };
    beginHealth(engine, container);
  } catch (error) {
    throw await startFailed(engine, container, error);
  }
  emitContainerEvent(engine, container, "start");
  await engine.containers.save(container);
}

/** Copies the process's output to the log and to whoever is attached, until it ends. */
async function drain(engine: EngineContext, container: Container, process: RuntimeProcess): Promise<void> {
  const pump = async (stream: OutputStream, source: ReadableStream<Uint8Array> | null) => {
    if (source === null) return;
    for await (const bytes of chunksOf(source)) {
      if (bytes.byteLength === 0) continue;
      if (container.record.host.logType !== "none") {
        container.log.append(stream, bytes, engine.clock.nowMs());
        engine.logs.schedule(container);
      }
      await container.output.send({ stream, bytes });
    }
  };
  await Promise.allSettled([pump("stdout", process.stdout), pump("stderr", process.stderr)]);
}

/** Puts everything back; returns what to throw. */
async function startFailed(engine: EngineContext, container: Container, thrown: unknown): Promise<Error> {
  const { record } = container;
  let error = thrown instanceof Error ? thrown : new EngineError("internal", messageOf(thrown));
  record.state.exitCode = 128;
  if (thrown instanceof RuntimeStartError) {
    const failure = startFailure(thrown, record.argv, "create");
    record.state.exitCode = failure.exitCode;
    error = startFailureError(failure, thrown);
  }
  record.state.error = error.message;
  record.state.pid = 0;
  if (record.state.status === "restarting") record.state.status = "exited";
  disconnectNetworks(engine, container);
  // Reading the image's users or directories may have mounted its root.
  await engine.runtime.cleanUp(container.id).catch(() => {});
  await engine.mountedVolumes.release(container);
  container.stdin.end();
  container.output.end();
  await engine.containers.save(container);
  if (record.host.autoRemove) await removeLocked(engine, container, { removeVolumes: true }).catch(() => {});
  return error;
}
