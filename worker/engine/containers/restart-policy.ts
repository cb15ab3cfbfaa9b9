// `--restart`: after which exits a container starts again, and how long it waits: 100 ms, doubled each time up to a minute,
// from the start again once it has run for ten seconds.

import { messageOf } from "../../base/errors.ts";
import type { EngineContext } from "../engine-context.ts";
import type { Container } from "./container.ts";
import type { ContainerRecord } from "./container-record.ts";

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 60_000;
const STEADY_RUN_MS = 10_000;

/** `startLocked` of start.ts, handed in: it watches the exits that lead here. */
export type StartLocked = (engine: EngineContext, container: Container) => Promise<void>;

export function shouldRestart(record: ContainerRecord): boolean {
  const { name, maximumRetryCount } = record.host.restartPolicy;
  const { state } = record;
  if (state.manuallyStopped) return false;
  if (name === "always" || name === "unless-stopped") return true;
  if (name !== "on-failure" || state.exitCode === 0) return false;
  return maximumRetryCount === 0 || state.restartCount < maximumRetryCount;
}

export function nextDelayMs(previousDelayMs: number, ranMs: number): number {
  if (previousDelayMs === 0 || ranMs >= STEADY_RUN_MS) return FIRST_DELAY_MS;
  return Math.min(previousDelayMs * 2, LONGEST_DELAY_MS);
}

/** Within the mutex, with the state `restarting`. */
export function scheduleRestart(engine: EngineContext, container: Container, start: StartLocked): void {
  const { state } = container.record;
  container.restartDelayMs = nextDelayMs(container.restartDelayMs, state.finishedAtMs - state.startedAtMs);
  const cancelTimer = engine.clock.after(container.restartDelayMs, () => {
    void restart(engine, container, start);
  });
  container.cancelRestart = cancelTimer;
}

/** A start that fails ends the restarts, as Docker has it: the reason stands in the record. */
async function restart(engine: EngineContext, container: Container, start: StartLocked): Promise<void> {
  await container.mutex.run(async () => {
    const { state } = container.record;
    if (state.status !== "restarting" || container.cancelRestart === null) return;
    container.cancelRestart = null;
    state.restartCount++;
    try {
      await start(engine, container);
    } catch (error) {
      container.stopped.emit({ exitCode: state.exitCode, error: messageOf(error) });
    }
  });
}
