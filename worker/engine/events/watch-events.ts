// `docker events`: the kept ones since a time, then new ones until a time, filtered.

import type { Clock } from "../clock.ts";
import { anyValue, type Filters, hasLabel, rejectUnknownFilters } from "../filters.ts";
import type { EngineEvent } from "./engine-event.ts";
import type { EventLog } from "./event-log.ts";

export interface WatchEventsOptions {
  readonly sinceMs: number | undefined;
  readonly untilMs: number | undefined;
  readonly filters: Filters;
  /** Ends the stream. */
  readonly signal?: AbortSignal;
}

const ACCEPTED = [
  "config",
  "container",
  "daemon",
  "event",
  "image",
  "label",
  "network",
  "node",
  "plugin",
  "scope",
  "secret",
  "service",
  "type",
  "volume",
];
/** A client that does not read loses the oldest events rather than the engine its memory. */
const QUEUE_LIMIT = 10_000;

/** Ends at `untilMs`, or when the stream is cancelled. Throws invalid-argument for an unknown filter. */
export function watchEvents(
  events: EventLog,
  clock: Clock,
  options: WatchEventsOptions,
): ReadableStream<EngineEvent> {
  rejectUnknownFilters(options.filters, ACCEPTED);
  const { sinceMs, untilMs, filters } = options;
  const wanted = (event: EngineEvent) =>
    matches(event, filters) && (untilMs === undefined || event.timeMs <= untilMs);
  const queue =
    sinceMs === undefined ? [] : events.recent().filter((event) => event.timeMs >= sinceMs && wanted(event));
  let ended = false;
  let wake = () => {};
  const stopListening = events.on((event) => {
    if (!wanted(event)) return;
    queue.push(event);
    if (queue.length > QUEUE_LIMIT) queue.shift();
    wake();
  });
  const end = () => {
    ended = true;
    stopListening();
    stopTimer();
    wake();
  };
  const stopTimer = untilMs === undefined ? () => {} : clock.after(Math.max(0, untilMs - clock.nowMs()), end);
  if (options.signal?.aborted) end();
  options.signal?.addEventListener("abort", end, { once: true });
  return new ReadableStream<EngineEvent>(
    {
      async pull(controller) {
        while (queue.length === 0 && !ended) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        const event = queue.shift();
        if (event !== undefined) controller.enqueue(event);
        else controller.close();
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  );
}

function matches(event: EngineEvent, filters: Filters): boolean {
  const actorFilter = (type: string) =>
    anyValue(
      filters,
      type,
      (value) =>
        event.type === type &&
        (event.actorId.startsWith(value) || event.attributes.name === value.replace(/^\//, "")),
    );
  return (
    anyValue(filters, "type", (value) => value === event.type) &&
    anyValue(filters, "event", (value) => event.action === value || event.action.startsWith(`${value}:`)) &&
    anyValue(filters, "scope", (value) => value === "local") &&
    (filters.get("label") ?? []).every((value) => hasLabel(event.attributes, value)) &&
    actorFilter("container") &&
    actorFilter("network") &&
    actorFilter("volume") &&
    actorFilter("daemon") &&
    anyValue(filters, "image", (value) =>
      event.type === "image"
        ? event.actorId === value || event.attributes.name === value
        : event.attributes.image === value,
    )
  );
}
