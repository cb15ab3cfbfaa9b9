// `docker volume ls`, and which containers hold which volume.

import type { EngineContext } from "../engine-context.ts";
import { anyValue, booleanFilter, type Filters, matchesLabels, rejectUnknownFilters } from "../filters.ts";
import type { VolumeRecord } from "./volume-store.ts";

/** By name. */
export function listVolumes(engine: EngineContext, filters: Filters): VolumeRecord[] {
  rejectUnknownFilters(filters, ["dangling", "driver", "label", "name"]);
  const dangling = booleanFilter(filters, "dangling");
  const inUse = volumesInUse(engine);
  return engine.volumes
    .all()
    .filter(
      (volume) =>
        (dangling === undefined || dangling === !inUse.has(volume.name)) &&
        anyValue(filters, "driver", (driver) => driver === "local") &&
        anyValue(filters, "name", (name) => volume.name.includes(name)) &&
        matchesLabels(filters, volume.labels),
    )
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Volume names to the ids of the containers that mount them, running or not. */
export function volumesInUse(engine: EngineContext): Map<string, string[]> {
  const users = new Map<string, string[]>();
  for (const container of engine.containers.all()) {
    for (const mount of container.record.mounts) {
      if (mount.type !== "volume") continue;
      users.set(mount.name, [...(users.get(mount.name) ?? []), container.id]);
    }
  }
  return users;
}
