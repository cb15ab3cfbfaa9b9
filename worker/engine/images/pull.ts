// `docker pull`: images that ship are here at once, their layers are fetched when the guest reads them; others come from image layouts
// on web servers (pull-layout.ts).

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
import { progressOf } from "./progress-of.ts";
import { addPulled, pullLayout, shortId } from "./pull-layout.ts";
import type { ShippedImage } from "./shipped-library.ts";

/** `platform` may be empty. Fails with EngineError("not-found" | "invalid-argument") in Docker's words. */
export function pullImage(
  context: ImageContext,
  text: string,
  platform: string,
): AsyncGenerator<ImageProgress, void, undefined> {
  return progressOf(async (report, signal) => {
    const reference = withDefaultTag(parseImageReference(text));
    const shipped = context.library.find(nameOf(reference));
    if (shipped === undefined && isKnownHost(context, reference)) throw notFound(context, reference);
    checkPlatform(platform);
    if (shipped === undefined) await pullLayout(context, reference, report, signal);
    else await pullShipped(context, reference, shipped, report);
  });
}

/** Nothing but what ships can be had from there. */
function isKnownHost(context: ImageContext, reference: ImageReference): boolean {
  return reference.domain === "docker.io" || context.library.hasRepository(repositoryOf(reference));
}

function pullShipped(
  context: ImageContext,
  reference: ImageReference,
  shipped: ShippedImage,
  report: (progress: ImageProgress) => void,
): Promise<void> {
  return context.changes.run(async () => {
    const { layers } = context.store;
    report({
      status: `Pulling from ${reference.domain === "docker.io" ? reference.path : repositoryOf(reference)}`,
      id: reference.digest ?? reference.tag ?? "latest",
    });
    try {
      for (const layer of shipped.layers) {
        const known = layers.get(layer.diffId) !== undefined;
        if (!known) await layers.add(layer);
        report({ status: known ? "Already exists" : "Pull complete", id: shortId(layer.diffId) });
      }
      const { id, configText, manifestDigest } = shipped;
      await addPulled(context, reference, id, configText, manifestDigest, report);
    } finally {
      await context.store.removeUnusedLayers();
    }
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
