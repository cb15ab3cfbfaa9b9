// Which image a user means: an id, a name with tag or digest, or the beginning of an id. moby, "daemon/images", GetImage.

import { EngineError } from "../../base/errors.ts";
import { type Digest, isDigest } from "../../oci/digest.ts";
import {
  canonicalReference,
  familiarReference,
  type ImageReference,
  parseImageReference,
  repositoryOf,
  withDefaultTag,
} from "../../oci/image-reference.ts";
import type { ImageContext } from "./image-context.ts";
import type { StoredImage } from "./image-record.ts";

/** Throws EngineError("not-found", "No such image: x:latest") or EngineError("invalid-argument"). */
export function findImage(context: ImageContext, text: string): StoredImage {
  const { store } = context;
  const full = /^[0-9a-f]{64}$/.test(text) ? `sha256:${text}` : text;
  if (isDigest(full)) {
    const image = store.get(full);
    if (image === undefined) throw new EngineError("not-found", `No such image: ${full}`);
    return image;
  }
  const reference = withDefaultTag(parseImageReference(text));
  const image = byName(context, reference) ?? byPrefix(context, text);
  if (image === undefined)
    throw new EngineError("not-found", `No such image: ${familiarReference(reference)}`);
  return image;
}

/** Whether the text is an id or the beginning of the one that was found, and not a name. */
export function namesById(id: Digest, text: string): boolean {
  return (
    id === text || id.startsWith(`sha256:${text}`) || (text.startsWith("sha256:") && id.startsWith(text))
  );
}

function byName({ store }: ImageContext, reference: ImageReference): StoredImage | undefined {
  const { digest } = reference;
  // With both, the digest decides.
  const name = canonicalReference(digest === undefined ? reference : { ...reference, tag: undefined });
  const named = store.named(name);
  if (named !== undefined || digest === undefined) return named;
  const image = store.get(digest);
  const repository = `${repositoryOf(reference)}:`;
  return image?.tags.some((tag) => tag.startsWith(repository)) ? image : undefined;
}

/** One beginning for two images is none. */
function byPrefix({ store }: ImageContext, text: string): StoredImage | undefined {
  const prefix = /^(?:sha256:)?([0-9a-f]+)$/.exec(text)?.[1];
  if (prefix === undefined) return undefined;
  const [first, ...others] = store.list().filter((image) => image.id.startsWith(`sha256:${prefix}`));
  return others.length === 0 ? first : undefined;
}
