// One image as lists of images have it.

import type { ImageSummary } from "../../engine/image-port.ts";
import type { WireImageSummary } from "./image.ts";

/** What only `/system/df` counts is -1. */
export function writeImageSummary(image: ImageSummary): WireImageSummary {
  return {
    Id: image.id,
    ParentId: "",
    RepoTags: [...image.repoTags],
    RepoDigests: [...image.repoDigests],
    Created: Math.floor(image.createdAtMs / 1000),
    Size: image.sizeBytes,
    SharedSize: -1,
    Labels: Object.keys(image.labels).length > 0 ? { ...image.labels } : null,
    Containers: -1,
  };
}
