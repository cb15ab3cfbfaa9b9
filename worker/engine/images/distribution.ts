// `GET /distribution/NAME/json`: what a name stands for where images come from, without pulling it.

import { EngineError } from "../../base/errors.ts";
import { parseImageConfig } from "../../oci/image-config.ts";
import {
  canonicalReference,
  familiarName,
  type ImageReference,
  parseImageReference,
  repositoryOf,
  withDefaultTag,
} from "../../oci/image-reference.ts";
import { MACHINE_PLATFORM, type Platform } from "../../oci/platform.ts";
import { MANIFEST_TYPE, writeManifest } from "../../oci/write-manifest.ts";
import type { DistributedImage } from "../image-port.ts";
import type { ImageContext } from "./image-context.ts";
import { RemoteLayout } from "./remote-layout.ts";
import type { ShippedImage } from "./shipped-library.ts";

/** Rejects with EngineError("not-found" | "invalid-argument" | "unavailable" | "corrupt"). */
export async function inspectDistribution(
  context: ImageContext,
  text: string,
  signal: AbortSignal,
): Promise<DistributedImage> {
  const reference = withDefaultTag(parseImageReference(text));
  const { digest } = reference;
  const shipped = context.library.find(
    canonicalReference(digest === undefined ? reference : { ...reference, tag: undefined }),
  );
  if (shipped !== undefined) return shippedImage(shipped);
  if (reference.domain === "docker.io" || context.library.hasRepository(repositoryOf(reference)))
    throw new EngineError("not-found", notThere(context, reference));
  return inLayout(new RemoteLayout(context, reference, signal));
}

function notThere(context: ImageContext, reference: ImageReference): string {
  return context.library.hasRepository(repositoryOf(reference))
    ? "manifest unknown: manifest unknown"
    : `pull access denied for ${familiarName(reference)}, repository does not exist or may require 'docker login': denied: requested access to the resource is denied`;
}

function shippedImage({ id, configText, layers, manifestDigest }: ShippedImage): DistributedImage {
  const sizeBytes = new TextEncoder().encode(configText).byteLength;
  const blobs = layers.map(({ diffId, tarBytes }) => ({ diffId, sizeBytes: tarBytes }));
  return {
    mediaType: MANIFEST_TYPE,
    digest: manifestDigest,
    sizeBytes: writeManifest({ digest: id, sizeBytes }, blobs).byteLength,
    platforms: [MACHINE_PLATFORM],
  };
}

async function inLayout(layout: RemoteLayout): Promise<DistributedImage> {
  const { mediaType, digest, sizeBytes, ...entry } = await layout.entry();
  const platform = entry.platform ?? (await platformIn(layout, { mediaType, digest, sizeBytes, ...entry }));
  return { mediaType, digest, sizeBytes, platforms: [platform] };
}

async function platformIn(
  layout: RemoteLayout,
  entry: Parameters<RemoteLayout["manifest"]>[0],
): Promise<Platform> {
  const { config } = await layout.manifest(entry, MACHINE_PLATFORM);
  return parseImageConfig(await layout.document(config)).platform;
}
