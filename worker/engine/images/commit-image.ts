// The image side of `docker commit`: a layer on top of an image, with a changed configuration, is a new image.

import { EngineError } from "../../base/errors.ts";
import { type Digest, parseDigest } from "../../oci/digest.ts";
import {
  canonicalReference,
  familiarReference,
  type ImageReference,
  parseImageReference,
  withDefaultTag,
} from "../../oci/image-reference.ts";
import { sha256Of } from "../../store/sha256.ts";
import type { CommitImageRequest } from "../image-port.ts";
import { buildConfig } from "./build-config.ts";
import { changeConfig } from "./change-config.ts";
import { convertLayer } from "./convert-layer.ts";
import { findImage } from "./find-image.ts";
import type { ImageContext } from "./image-context.ts";
import { emitImageEvent } from "./image-event.ts";
import type { StoredImage } from "./image-record.ts";

/** Rejects with EngineError and then leaves nothing behind. */
export async function commitImage(context: ImageContext, request: CommitImageRequest): Promise<string> {
  // Looked at first: the layer is the dear part.
  const reference = newReference(request.repository, request.tag);
  const run = changeConfig(request.config, request.changes);
  return context.changes.run(async () => {
    const parent = findImage(context, request.parent);
    try {
      const { diffId } = await convertLayer(context, {
        tar: request.layer,
        diffId: undefined,
        index: parent.config.diffIds.length,
        below: parent.config.diffIds,
        signal: new AbortController().signal,
        check: () => {},
      });
      const { createdBy, author, comment } = request;
      const step = { createdMs: context.clock.nowMs(), createdBy, author, comment, diffId };
      const image = await addImage(context, buildConfig(run, step, parent.configText), reference);
      return image.id;
    } finally {
      await context.store.removeUnusedLayers();
    }
  });
}

/** Undefined: the image gets no name. Throws EngineError("invalid-argument"). */
export function newReference(repository: string, tag: string): ImageReference | undefined {
  if (repository === "") return undefined;
  const reference = parseImageReference(repository);
  if (reference.digest !== undefined)
    throw new EngineError("invalid-argument", "cannot import digest reference");
  return withDefaultTag(
    tag === ""
      ? reference
      : parseImageReference(`${canonicalReference({ ...reference, tag: undefined })}:${tag}`),
  );
}

/** All layers of the configuration are in the store. */
export async function addImage(
  context: ImageContext,
  configText: string,
  reference: ImageReference | undefined,
): Promise<StoredImage> {
  const id: Digest = parseDigest(await sha256Of(new TextEncoder().encode(configText)));
  const known = context.store.get(id);
  const names = reference === undefined ? [] : [canonicalReference(reference)];
  const image = await context.store.put({
    id,
    configText,
    tags: [...new Set([...(known?.tags ?? []), ...names])],
    digests: known?.digests ?? [],
    lastTagMs: names.length > 0 ? context.clock.nowMs() : known?.lastTagMs,
    isRemoved: false,
  });
  if (reference !== undefined) emitImageEvent(context, "tag", image, familiarReference(reference));
  return image;
}
