// `docker image inspect`, and what a list says of an image.

import { familiarReference, parseImageReference } from "../../oci/image-reference.ts";
import type { ImageDetail, ImageSummary } from "../image-port.ts";
import { findImage } from "./find-image.ts";
import type { ImageContext } from "./image-context.ts";
import type { StoredImage } from "./image-record.ts";
import { createdMs } from "./image-store.ts";

/** Throws EngineError("not-found" | "invalid-argument"). */
export function inspectImage(context: ImageContext, reference: string): ImageDetail {
  const image = findImage(context, reference);
  const { run, platform, author, comment, diffIds } = image.config;
  return {
    ...summaryOf(image),
    config: run,
    architecture: platform.architecture,
    os: platform.os,
    author,
    comment,
    diffIds,
    lastTaggedAtMs: image.lastTagMs ?? Date.parse("0001-01-01T00:00:00Z"),
  };
}

export function summaryOf(image: StoredImage): ImageSummary {
  return {
    id: image.id,
    repoTags: image.tags.map(familiar).sort(),
    repoDigests: image.digests.map(familiar).sort(),
    createdAtMs: createdMs(image),
    sizeBytes: image.sizeBytes,
    labels: image.config.run.labels,
  };
}

/** `busybox:latest` for `docker.io/library/busybox:latest`. */
export function familiar(canonical: string): string {
  return familiarReference(parseImageReference(canonical));
}
