// `docker pull`. The images that ship are here at once: their layers are fetched when the guest reads them.

import { EngineError } from "../../base/errors.ts";
import {
  canonicalReference,
  familiarName,
  familiarReference,
  type ImageReference,
  parseImageReference,
  repositoryOf,
  withDefaultTag,
} from "../../oci/image-reference.ts";
import { MACHINE_PLATFORM, parsePlatformText, platformText, runsOn } from "../../oci/platform.ts";
import type { ImageProgress } from "../image-port.ts";
import type { ImageContext } from "./image-context.ts";
import { emitImageEvent } from "./image-event.ts";
import { progressOf } from "./progress-of.ts";
import type { ShippedImage } from "./shipped-library.ts";

/** `platform` may be empty. Fails with EngineError("not-found" | "invalid-argument") in Docker's words. */
export function pullImage(
  context: ImageContext,
  text: string,
  platform: string,
): AsyncGenerator<ImageProgress, void, undefined> {
  return progressOf((report) =>
    context.changes.run(async () => {
      const reference = withDefaultTag(parseImageReference(text));
      const shipped = context.library.find(nameOf(reference));
      if (shipped === undefined) throw notFound(context, reference);
      checkPlatform(platform);
      try {
        await pullShipped(context, reference, shipped, report);
      } finally {
        await context.store.removeUnusedLayers();
      }
    }),
  );
}

async function pullShipped(
  context: ImageContext,
  reference: ImageReference,
  shipped: ShippedImage,
  report: (progress: ImageProgress) => void,
): Promise<void> {
  const { store } = context;
  const name = nameOf(reference);
  const isNew = store.named(name)?.id !== shipped.id;
  report({
    status: `Pulling from ${reference.domain === "docker.io" ? reference.path : repositoryOf(reference)}`,
    id: reference.digest ?? reference.tag ?? "latest",
  });
  for (const layer of shipped.layers) {
    const id = layer.diffId.slice("sha256:".length, "sha256:".length + 12);
    const known = store.layers.get(layer.diffId) !== undefined;
    if (!known) await store.layers.add(layer);
    report({ status: known ? "Already exists" : "Pull complete", id });
  }
  const digest = `${repositoryOf(reference)}@${shipped.manifestDigest}`;
  const known = store.get(shipped.id);
  const tags = reference.digest === undefined ? [name] : [];
  const image = await store.put({
    id: shipped.id,
    configText: shipped.configText,
    tags: [...new Set([...(known?.tags ?? []), ...tags])],
    digests: [...new Set([...(known?.digests ?? []), digest])],
    lastTagMs: tags.length > 0 ? context.clock.nowMs() : known?.lastTagMs,
    isRemoved: false,
  });
  const familiar = familiarReference(reference);
  emitImageEvent(context, "pull", image, familiarName(reference), familiar);
  report({ status: `Digest: ${shipped.manifestDigest}` });
  report({
    status: isNew
      ? `Status: Downloaded newer image for ${familiar}`
      : `Status: Image is up to date for ${familiar}`,
  });
}

/** With both tag and digest, the digest decides. */
function nameOf(reference: ImageReference): string {
  return canonicalReference(reference.digest === undefined ? reference : { ...reference, tag: undefined });
}

function checkPlatform(text: string): void {
  if (text === "") return;
  const wanted = parsePlatformText(text);
  if (!runsOn(MACHINE_PLATFORM, wanted))
    throw new EngineError(
      "not-found",
      `no matching manifest for ${platformText(wanted)} in the manifest list entries`,
    );
}

function notFound(context: ImageContext, reference: ImageReference): EngineError {
  const familiar = familiarReference(reference);
  if (context.library.hasRepository(repositoryOf(reference)))
    return new EngineError(
      "not-found",
      `manifest for ${familiar} not found: manifest unknown: manifest unknown`,
    );
  return new EngineError(
    "not-found",
    `pull access denied for ${familiarName(reference)}, repository does not exist or may require 'docker login': denied: requested access to the resource is denied`,
  );
}
