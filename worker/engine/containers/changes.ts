// `docker diff`: what a container added, changed and deleted of its image's files. Which paths count is moby's ("pkg/archive", ChangesDirs):
// with a change, the directories it is in count as changed.

import type { EngineContext } from "../engine-context.ts";
import { isMountPoint, isSame, LowerTree, upperEntries } from "./upper-layer.ts";

export type ChangeKind = "modified" | "added" | "deleted";

export interface PathChange {
  /** Absolute. */
  readonly path: string;
  readonly kind: ChangeKind;
}

/** Sorted by path. Rejects with EngineError("not-found") for the container, "corrupt" or "unavailable" for its image. */
export async function containerChanges(engine: EngineContext, reference: string): Promise<PathChange[]> {
  const container = engine.containers.find(reference);
  const lower = await LowerTree.open(engine, container);
  const changes = new Map<string, ChangeKind>();
  const seen = new Set<string>();
  const opaque: string[] = [];
  for await (const upper of upperEntries(engine, container, lower, { content: false })) {
    const { path, entry, kind, below } = upper;
    seen.add(path);
    if (kind === "gone") {
      if (below !== undefined) changes.set(path, "deleted");
      continue;
    }
    if (kind === "opaque" && below?.type === "directory") opaque.push(path);
    if (isMountPoint(upper)) continue;
    if (below === undefined) changes.set(path, "added");
    else if (!isSame(entry, below)) changes.set(path, "modified");
  }
  for (const directory of opaque)
    for (const name of await lower.names(directory))
      if (!seen.has(`${directory}/${name}`)) changes.set(`${directory}/${name}`, "deleted");
  for (const path of [...changes.keys()])
    for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1))
      if (!changes.has(path.slice(0, at))) changes.set(path.slice(0, at), "modified");
  return [...changes]
    .map(([path, kind]) => ({ path: `/${path}`, kind }))
    .sort((one, other) => (one.path < other.path ? -1 : 1));
}
