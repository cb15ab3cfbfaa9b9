// `docker container prune`: every container that does not run.

import type { EngineContext } from "../engine-context.ts";
import { type Filters, matchesLabels, rejectUnknownFilters } from "../filters.ts";
import { parseTimeMs } from "../time-text.ts";
import { canRemove } from "./container-state.ts";
import { measureContainers } from "./measure.ts";
import { removeContainer } from "./remove.ts";

/** Ids, and the bytes that they had written. */
export interface PrunedContainers {
  readonly removed: string[];
  readonly reclaimedBytes: number;
}

export async function pruneContainers(engine: EngineContext, filters: Filters): Promise<PrunedContainers> {
  rejectUnknownFilters(filters, ["label", "label!", "until"]);
  const untilMs = parseTimeMs(filters.get("until")?.[0] ?? "", engine.clock.nowMs());
  const unused = engine.containers.all().filter(({ record }) => {
    if (!canRemove(record.state) || record.state.status === "removing") return false;
    if (untilMs !== undefined && record.createdAtMs > untilMs) return false;
    if (!matchesLabels(filters, record.config.labels)) return false;
    return !(filters.has("label!") && matchesLabels(filters, record.config.labels, "label!"));
  });
  const sizes = await measureContainers(engine, unused);
  const removed: string[] = [];
  let reclaimedBytes = 0;
  for (const { id } of unused) {
    // Somebody may have started or removed it meanwhile.
    const gone = await removeContainer(engine, id).then(
      () => true,
      () => false,
    );
    if (!gone) continue;
    removed.push(id);
    reclaimedBytes += sizes.get(id)?.writableBytes ?? 0;
  }
  engine.events.emit("container", "prune", "", { reclaimed: String(reclaimedBytes) });
  return { removed, reclaimedBytes };
}
