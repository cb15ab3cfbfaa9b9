// `docker network ls`, and which networks containers belong to.

import type { EngineContext } from "../engine-context.ts";
import { anyValue, booleanFilter, type Filters, matchesLabels, rejectUnknownFilters } from "../filters.ts";
import { isPredefined, type NetworkRecord } from "./network-record.ts";

/** By name. */
export function listNetworks(engine: EngineContext, filters: Filters): NetworkRecord[] {
  rejectUnknownFilters(filters, ["dangling", "driver", "id", "label", "name", "scope", "type"]);
  const dangling = booleanFilter(filters, "dangling");
  const inUse = networksInUse(engine);
  return engine.networks
    .all()
    .filter(
      (network) =>
        anyValue(filters, "driver", (driver) => driver === network.driver) &&
        anyValue(filters, "id", (id) => network.id.startsWith(id)) &&
        anyValue(filters, "name", (name) => network.name.includes(name.replace(/^\^|\$$/g, ""))) &&
        anyValue(filters, "scope", (scope) => scope === "local") &&
        anyValue(filters, "type", (type) => (type === "builtin") === isPredefined(network)) &&
        (dangling === undefined || dangling === !(isPredefined(network) || inUse.has(network.id))) &&
        matchesLabels(filters, network.labels),
    )
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Ids of networks with a container that runs. */
export function networksInUse(engine: EngineContext): Set<string> {
  const ids = new Set<string>();
  for (const { record } of engine.containers.all())
    for (const endpoint of Object.values(record.endpoints)) if (endpoint.live) ids.add(endpoint.networkId);
  return ids;
}
