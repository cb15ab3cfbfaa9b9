// Watches a running container's health: one check after another, and what they say about it. Pausing and stopping end the watch, and the
// container is then unhealthy, as Docker has it.

import type { Dispose } from "../../base/disposables.ts";
import type { EngineContext } from "../engine-context.ts";
import type { Container } from "./container.ts";
import { emitContainerEvent } from "./container-event.ts";
import type { HealthRecord, HealthResult } from "./container-record.ts";
import { probeHealth } from "./health-probe.ts";
import { type Healthcheck, healthcheckOf } from "./healthcheck.ts";

const KEPT_RESULTS = 5;

/** With the start of a run: whatever was known before is void. */
export function beginHealth(engine: EngineContext, container: Container): void {
  const { state, config } = container.record;
  const check = healthcheckOf(config);
  if (check === undefined) {
    state.health = null;
    return;
  }
  state.health = { status: "starting", failingStreak: 0, log: state.health?.log ?? [] };
  watchHealth(engine, container);
}

/** Also after a pause. A no-op for a container that is not checked. */
export function watchHealth(engine: EngineContext, container: Container): void {
  const check = healthcheckOf(container.record.config);
  const { health } = container.record.state;
  if (check === undefined || !health) return;
  container.stopHealth?.();
  container.stopHealth = new HealthMonitor(engine, container, check, health).stop;
}

/** Where nobody watched, nothing changes. */
export function endHealth(container: Container): void {
  if (container.stopHealth === null) return;
  container.stopHealth();
  container.stopHealth = null;
  const { health } = container.record.state;
  if (health) health.status = "unhealthy";
}

class HealthMonitor {
  readonly stop: Dispose;
  readonly #engine: EngineContext;
  readonly #container: Container;
  readonly #check: Healthcheck;
  readonly #health: HealthRecord;
  #stopTimer: Dispose = () => {};
  #stopped = false;

  constructor(engine: EngineContext, container: Container, check: Healthcheck, health: HealthRecord) {
    this.#engine = engine;
    this.#container = container;
    this.#check = check;
    this.#health = health;
    this.stop = () => {
      this.#stopped = true;
      this.#stopTimer();
    };
    this.#schedule();
  }

  #schedule(): void {
    if (this.#stopped) return;
    const { intervalMs, startIntervalMs } = this.#check;
    const hurried = this.#health.status === "starting" && this.#isStarting(this.#engine.clock.nowMs());
    this.#stopTimer = this.#engine.clock.after(hurried ? startIntervalMs : intervalMs, () => {
      void this.#probe();
    });
  }

  async #probe(): Promise<void> {
    const result = await probeHealth(this.#engine, this.#container, this.#check);
    if (this.#stopped) return;
    await this.#take(result);
    this.#schedule();
  }

  async #take(result: HealthResult): Promise<void> {
    const health = this.#health;
    const before = health.status;
    if (result.exitCode === 0) {
      health.status = "healthy";
      health.failingStreak = 0;
    } else if (before !== "starting" || !this.#isStarting(result.startMs)) {
      health.failingStreak++;
      if (health.failingStreak >= this.#check.retries) health.status = "unhealthy";
    }
    health.log = [...health.log, result].slice(-KEPT_RESULTS);
    if (health.status === before) return;
    emitContainerEvent(this.#engine, this.#container, `health_status: ${health.status}`);
    await this.#engine.containers.save(this.#container).catch(() => {});
  }

  #isStarting(timeMs: number): boolean {
    return timeMs - this.#container.record.state.startedAtMs < this.#check.startPeriodMs;
  }
}
