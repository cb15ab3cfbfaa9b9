// `docker image prune`: removes images that no container uses and that have no name, or with dangling=false all that are unused.

import type { Digest } from "../../oci/digest.ts";
import { anyValue, booleanFilter, type Filters, hasLabel, rejectUnknownFilters } from "../filters.ts";
import type { ImageRemoval, PrunedImages, RemoveImageOptions } from "../image-port.ts";
import type { ImageContext } from "./image-context.ts";
import { listImages } from "./list.ts";
import { collectRemoved, deleteImage } from "./remove.ts";

const ACCEPTED = ["dangling", "label", "label!", "until"];

/** Rejects with EngineError("invalid-argument"). */
export function pruneImages(
  context: ImageContext,
  filters: Filters,
  usersOf: RemoveImageOptions["usersOf"],
): Promise<PrunedImages> {
  return context.changes.run(async () => {
    rejectUnknownFilters(filters, ACCEPTED);
    const danglingOnly = booleanFilter(filters, "dangling") ?? true;
    const listed = new Map([...filters].filter(([name]) => name === "label" || name === "until"));
    const before = layerSizes(context);
    const removals: ImageRemoval[] = [];
    for (const { id, repoTags, labels } of listImages(context, listed)) {
      const image = context.store.all().find((candidate) => candidate.id === id);
      if (image === undefined || usersOf(id).length > 0) continue;
      if (danglingOnly && repoTags.length > 0) continue;
      if (filters.has("label!") && anyValue(filters, "label!", (label) => hasLabel(labels, label))) continue;
      removals.push(...(await deleteImage(context, image, { usersOf })));
    }
    await collectRemoved(context, usersOf);
    for (const diffId of layerSizes(context).keys()) before.delete(diffId);
    const reclaimedBytes = [...before.values()].reduce((sum, bytes) => sum + bytes, 0);
    return { removals, reclaimedBytes };
  });
}

/** Of every image's layers, each once. */
function layerSizes(context: ImageContext): Map<Digest, number> {
  const diffIds = context.store.all().flatMap(({ config }) => config.diffIds);
  return new Map(diffIds.map((diffId) => [diffId, context.store.layers.get(diffId)?.tarBytes ?? 0]));
}
