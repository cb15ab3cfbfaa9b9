// An image as something to run: its configuration, and its layers ready to be read.

import type { Digest } from "../../oci/digest.ts";
import type { LayerMount } from "../container-runtime.ts";
import type { RunnableImage } from "../image-port.ts";
import { findImage } from "./find-image.ts";
import type { ImageContext } from "./image-context.ts";

/** Rejects with EngineError("not-found" | "invalid-argument" | "unavailable" | "corrupt"). */
export async function resolveImage(context: ImageContext, reference: string): Promise<RunnableImage> {
  const image = findImage(context, reference);
  const mount = async (diffId: Digest): Promise<LayerMount> => ({
    diffId,
    source: await context.store.layers.source(diffId),
  });
  return {
    id: image.id,
    config: image.config.run,
    layers: await Promise.all(image.config.diffIds.map(mount)),
  };
}
