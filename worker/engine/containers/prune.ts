// `docker container prune`: every container that does not run.

import type { EngineContext } from "../engine-context.ts";
import { type Filters, matchesLabels, rejectUnknownFilters } from "../filters.ts";
import { parseTimeMs } from "../time-text.ts";
import { canRemove } from "./container-state.ts";
import { removeContainer } from "./remove.ts";

/** Returns their ids. */
export async function pruneContainers(engine: EngineContext, filters: Filters): Promise<string[]> {
  rejectUnknownFilters(filters, ["label", "label!", "until"]);
  const untilMs = parseTimeMs(filters.get("until")?.[0] ?? "", engine.clock.nowMs());
  const removed: string[] = [];
  for (const container of engine.containers.all()) {
    const { record } = container;
    if (!canRemove(record.state) || record.state.status === "removing") continue;
    if (untilMs !== undefined && record.createdAtMs > untilMs) continue;
    if (!matchesLabels(filters, record.config.labels)) continue;
    if (filters.has("label!") && matchesLabels(filters, record.config.labels, "label!")) continue;
    await removeContainer(engine, container.id);
    removed.push(container.id);
  }
  engine.events.emit("container", "prune", "", { reclaimed: "0" });
  return removed;
}
