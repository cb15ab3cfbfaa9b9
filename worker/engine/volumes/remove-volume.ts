// `docker volume rm` and `docker volume prune`.

import { EngineError } from "../../base/errors.ts";
import type { EngineContext } from "../engine-context.ts";
import { booleanFilter, type Filters, matchesLabels, rejectUnknownFilters } from "../filters.ts";
import { volumesInUse } from "./list-volumes.ts";
import { volumeRoot } from "./volume-store.ts";

/** Throws conflict while a container has it. */
export async function removeVolume(engine: EngineContext, name: string, force: boolean): Promise<void> {
  if (force && !engine.volumes.get(name)) return;
  engine.volumes.find(name);
  const users = volumesInUse(engine).get(name);
  if (users) throw new EngineError("conflict", `remove ${name}: volume is in use - [${users.join(", ")}]`);
  await engine.runtime.files.removeTree(volumeRoot(name));
  await engine.volumes.remove(name);
  engine.events.emit("volume", "destroy", name, { driver: "local" });
}

/** Volumes without a container: the anonymous ones, or with the filter `all` every one. Returns their names. */
export async function pruneVolumes(engine: EngineContext, filters: Filters): Promise<string[]> {
  rejectUnknownFilters(filters, ["label", "label!", "all"]);
  const all = booleanFilter(filters, "all") ?? false;
  const inUse = volumesInUse(engine);
  const removed: string[] = [];
  for (const volume of engine.volumes.all()) {
    if (inUse.has(volume.name) || !(all || volume.anonymous)) continue;
    if (!matchesLabels(filters, volume.labels)) continue;
    if (filters.has("label!") && matchesLabels(filters, volume.labels, "label!")) continue;
    await removeVolume(engine, volume.name, false);
    removed.push(volume.name);
  }
  engine.events.emit("volume", "prune", "", { reclaimed: "0" });
  return removed;
}
