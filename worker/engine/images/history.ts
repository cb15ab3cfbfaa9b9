// `docker history`: the steps an image was made in, newest first, each with the size of its layer.

import type { ImageHistoryItem } from "../image-port.ts";
import { findImage } from "./find-image.ts";
import type { ImageContext } from "./image-context.ts";

/** Throws EngineError("not-found" | "invalid-argument"). */
export function imageHistory(context: ImageContext, reference: string): ImageHistoryItem[] {
  const { config } = findImage(context, reference);
  const sizes = config.diffIds.map((diffId) => context.store.layers.get(diffId)?.tarBytes ?? 0);
  let layer = 0;
  const items = config.history.map(
    (entry): ImageHistoryItem => ({
      createdAtMs: timeOf(entry.created),
      createdBy: entry.createdBy,
      comment: entry.comment,
      sizeBytes: entry.emptyLayer ? 0 : (sizes[layer++] ?? 0),
    }),
  );
  // An image may have more layers than it tells of.
  for (const sizeBytes of sizes.slice(layer))
    items.push({ createdAtMs: timeOf(config.created), createdBy: "", comment: "", sizeBytes });
  return items.reverse();
}

function timeOf(text: string): number {
  const time = Date.parse(text);
  return Number.isNaN(time) ? 0 : time;
}
