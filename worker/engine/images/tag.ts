// `docker tag`: another name for an image; whichever image had it loses it.

import { EngineError } from "../../base/errors.ts";
import {
  canonicalReference,
  familiarReference,
  parseImageReference,
  withDefaultTag,
} from "../../oci/image-reference.ts";
import { findImage } from "./find-image.ts";
import type { ImageContext } from "./image-context.ts";
import { emitImageEvent } from "./image-event.ts";

/** `tag` may be empty. Rejects with EngineError("not-found" | "invalid-argument"). */
export function tagImage(
  context: ImageContext,
  reference: string,
  repository: string,
  tag: string,
): Promise<void> {
  return context.changes.run(async () => {
    const named = parseImageReference(tag === "" ? repository : `${repository}:${tag}`);
    if (named.digest !== undefined)
      throw new EngineError("invalid-argument", "refusing to create a tag with a digest reference");
    const image = findImage(context, reference);
    const name = withDefaultTag(named);
    const tags = [...new Set([...image.tags, canonicalReference(name)])];
    const tagged = await context.store.put({
      ...image,
      tags,
      lastTagMs: context.clock.nowMs(),
      isRemoved: false,
    });
    emitImageEvent(context, "tag", tagged, familiarReference(name));
  });
}
