// The last 256 events and whoever listens for more: `docker events` with since and until.

import type { Dispose } from "../../base/disposables.ts";
import { Emitter } from "../../base/emitter.ts";
import type { Clock } from "../clock.ts";
import type { EngineEvent, EventType } from "./engine-event.ts";

const KEPT = 256;

export class EventLog {
  readonly #clock: Clock;
  readonly #emitter = new Emitter<EngineEvent>();
  readonly #recent: EngineEvent[] = [];
  #listeners = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get listeners(): number {
    return this.#listeners;
  }

  emit(type: EventType, action: string, actorId: string, attributes: Record<string, string> = {}): void {
    const event = { type, action, actorId, attributes, timeMs: this.#clock.nowMs() };
    this.#recent.push(event);
    if (this.#recent.length > KEPT) this.#recent.shift();
    this.#emitter.emit(event);
  }

  recent(): readonly EngineEvent[] {
    return this.#recent;
  }

  on(listener: (event: EngineEvent) => void): Dispose {
    this.#listeners++;
    const dispose = this.#emitter.on(listener);
    let done = false;
    return () => {
      if (done) return;
      done = true;
      this.#listeners--;
      dispose();
    };
  }
}
