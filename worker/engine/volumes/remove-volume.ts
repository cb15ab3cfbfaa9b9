// `docker volume rm` and `docker volume prune`.

import { EngineError } from "../../base/errors.ts";
import { measureVolumes } from "../containers/measure.ts";
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

/** Volumes without a container: the anonymous ones, or with the filter `all` every one. Names, and the bytes in them. */
export async function pruneVolumes(
  engine: EngineContext,
  filters: Filters,
): Promise<{ removed: string[]; reclaimedBytes: number }> {
  rejectUnknownFilters(filters, ["label", "label!", "all"]);
  const all = booleanFilter(filters, "all") ?? false;
  const inUse = volumesInUse(engine);
  const unused = engine.volumes.all().filter((volume) => {
    if (inUse.has(volume.name) || !(all || volume.anonymous)) return false;
    if (!matchesLabels(filters, volume.labels)) return false;
    return !(filters.has("label!") && matchesLabels(filters, volume.labels, "label!"));
  });
  const names = unused.map(({ name }) => name);
  const sizes = await measureVolumes(engine, names);
  for (const name of names) await removeVolume(engine, name, false);
  const reclaimedBytes = names.reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0);
  engine.events.emit("volume", "prune", "", { reclaimed: String(reclaimedBytes) });
  return { removed: names, reclaimedBytes };
}
