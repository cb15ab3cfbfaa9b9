// `docker network rm` and `docker network prune`.

import { EngineError } from "../../base/errors.ts";
import type { EngineContext } from "../engine-context.ts";
import { type Filters, matchesLabels, rejectUnknownFilters } from "../filters.ts";
import { parseTimeMs } from "../time-text.ts";
import { networksInUse } from "./list-networks.ts";
import { isPredefined } from "./network-record.ts";

/** Throws forbidden for the predefined ones and those with running containers. */
export async function removeNetwork(engine: EngineContext, reference: string): Promise<void> {
  const network = engine.networks.find(reference);
  if (isPredefined(network))
    throw new EngineError("forbidden", `${network.name} is a pre-defined network and cannot be removed`);
  const users = engine.containers
    .all()
    .filter(({ record }) =>
      Object.values(record.endpoints).some((endpoint) => endpoint.live && endpoint.networkId === network.id),
    );
  if (users.length > 0) {
    const names = users.map(({ record }) => `name:"${record.name}" id:"${record.id.slice(0, 12)}"`);
    throw new EngineError(
      "forbidden",
      `error while removing network: network ${network.name} has active endpoints (${names.join(", ")})`,
    );
  }
  await engine.networks.remove(network);
  engine.events.emit("network", "destroy", network.id, { name: network.name, type: network.driver });
}

/** Those without running containers. Returns their names. */
export async function pruneNetworks(engine: EngineContext, filters: Filters): Promise<string[]> {
  rejectUnknownFilters(filters, ["label", "label!", "until"]);
  const untilMs = parseTimeMs(filters.get("until")?.[0] ?? "", engine.clock.nowMs());
  const inUse = networksInUse(engine);
  const removed: string[] = [];
  for (const network of engine.networks.all()) {
    if (isPredefined(network) || inUse.has(network.id)) continue;
    if (untilMs !== undefined && network.createdAtMs > untilMs) continue;
    if (!matchesLabels(filters, network.labels)) continue;
    if (filters.has("label!") && matchesLabels(filters, network.labels, "label!")) continue;
    await removeNetwork(engine, network.id);
    removed.push(network.name);
  }
  engine.events.emit("network", "prune", "", { reclaimed: "0" });
  return removed;
}
