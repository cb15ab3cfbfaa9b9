// `docker ps`: newest first, running ones unless asked otherwise, through Docker's filters.

import { EngineError } from "../../base/errors.ts";
import type { EngineContext } from "../engine-context.ts";
import { anyValue, type Filters, matchesLabels, rejectUnknownFilters } from "../filters.ts";
import type { Container } from "./container.ts";
import { canStop } from "./container-state.ts";

export interface ListOptions {
  readonly all: boolean;
  /** The newest N, whatever their state; 0: no limit. */
  readonly limit: number;
  readonly filters: Filters;
}

const ACCEPTED =
  "ancestor before exited expose health id is-task isolation label name network publish since status volume".split(
    " ",
  );
const STATUSES = ["created", "restarting", "running", "removing", "paused", "exited", "dead"];

export async function listContainers(engine: EngineContext, options: ListOptions): Promise<Container[]> {
  const { filters } = options;
  rejectUnknownFilters(filters, ACCEPTED);
  for (const status of filters.get("status") ?? [])
    if (!STATUSES.includes(status))
      throw new EngineError("invalid-argument", `invalid filter 'status=${status}'`);
  for (const code of filters.get("exited") ?? [])
    if (!/^-?\d+$/.test(code)) throw new EngineError("invalid-argument", `invalid filter 'exited=${code}'`);
  const ancestors = await ancestorIds(engine, filters);
  const before = edge(engine, filters, "before");
  const since = edge(engine, filters, "since");
  const any =
    options.all ||
    options.limit > 0 ||
    filters.has("status") ||
    filters.has("exited") ||
    filters.has("before") ||
    filters.has("since");
  const matching = engine.containers
    .all()
    .filter(
      (container) =>
        (any || canStop(container.record.state)) &&
        (before === undefined || container.record.createdAtMs < before) &&
        (since === undefined || container.record.createdAtMs > since) &&
        (ancestors === undefined || ancestors.has(container.record.imageId)) &&
        matches(container, filters),
    )
    .sort((one, other) => other.record.createdAtMs - one.record.createdAtMs);
  return options.limit > 0 ? matching.slice(0, options.limit) : matching;
}

function matches({ record }: Container, filters: Filters): boolean {
  const { state } = record;
  const networks = Object.entries(record.endpoints);
  return (
    anyValue(filters, "status", (status) => status === state.status) &&
    anyValue(filters, "exited", (code) => state.status === "exited" && state.exitCode === Number(code)) &&
    anyValue(filters, "id", (id) => record.id.startsWith(id)) &&
    anyValue(filters, "name", (pattern) => matchesName(record.name, pattern)) &&
    anyValue(filters, "health", (health) => health === (state.health?.status ?? "none")) &&
    anyValue(filters, "is-task", (value) => value === "false" || value === "0") &&
    anyValue(filters, "network", (wanted) =>
      networks.some(([name, { networkId }]) => name === wanted || networkId.startsWith(wanted)),
    ) &&
    anyValue(filters, "volume", (wanted) =>
      record.mounts.some((mount) => [mount.name, mount.source, mount.destination].includes(wanted)),
    ) &&
    anyValue(filters, "publish", (wanted) => matchesPorts(record.published.map(publishedKey), wanted)) &&
    anyValue(filters, "expose", (wanted) => matchesPorts(record.config.exposedPorts, wanted)) &&
    matchesLabels(filters, record.config.labels)
  );
}

/** A part of the name, with `^` and `$` for its ends. (Docker takes any regular expression; a hostile one could hang us.) */
function matchesName(name: string, pattern: string): boolean {
  const start = pattern.startsWith("^");
  const end = pattern.endsWith("$");
  const text = pattern.slice(start ? 1 : 0, end ? -1 : undefined);
  return [name, `/${name}`].some(
    (each) =>
      (start && end && each === text) ||
      (start && !end && each.startsWith(text)) ||
      (!start && end && each.endsWith(text)) ||
      (!start && !end && each.includes(text)),
  );
}

function publishedKey(port: { containerPort: number; protocol: string }): string {
  return `${port.containerPort}/${port.protocol}`;
}

/** `80`, `80/udp`, `8000-8080/tcp` */
function matchesPorts(keys: readonly string[], wanted: string): boolean {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(\w+))?$/.exec(wanted);
  if (!match) throw new EngineError("invalid-argument", `invalid port: ${wanted}`);
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  const protocol = match[3] ?? "tcp";
  return keys.some((key) => {
    const [port = "", keyProtocol = "tcp"] = key.split("/");
    return keyProtocol === protocol && Number(port) >= first && Number(port) <= last;
  });
}

async function ancestorIds(engine: EngineContext, filters: Filters): Promise<Set<string> | undefined> {
  const references = filters.get("ancestor");
  if (references === undefined) return undefined;
  const ids = new Set<string>();
  for (const reference of references) {
    try {
      ids.add((await engine.images.resolve(reference)).id);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
    }
  }
  return ids;
}

function edge(engine: EngineContext, filters: Filters, name: "before" | "since"): number | undefined {
  const times = (filters.get(name) ?? []).map(
    (reference) => engine.containers.find(reference).record.createdAtMs,
  );
  if (times.length === 0) return undefined;
  return name === "before" ? Math.min(...times) : Math.max(...times);
}
