// An image found in an archive: its configuration, checked, and where its layers are. Their content is checked by who unpacks them.

import { EngineError } from "../base/errors.ts";
import { sha256Of } from "../store/sha256.ts";
import type { ArchivedLayer } from "./archive-files.ts";
import { type Digest, parseDigest } from "./digest.ts";
import { type ImageConfig, parseImageConfig } from "./image-config.ts";
import { canonicalReference, familiarReference, type ImageReference } from "./image-reference.ts";
import { malformed } from "./json-document.ts";
import { MACHINE_PLATFORM, type Platform, platformText, runsOn } from "./platform.ts";

export interface ArchivedImage {
  /** The digest of its configuration. */
  readonly id: Digest;
  readonly config: ImageConfig;
  readonly configBytes: Uint8Array;
  /** With tags; none: the image has no name. */
  readonly references: readonly ImageReference[];
  /** As many as the configuration has diffIds, bottom first. */
  readonly layers: readonly ArchivedLayer[];
}

/** Rejects with EngineError("corrupt" | "invalid-argument"), the latter for an image of another platform than the one wanted. */
export async function archivedImage(
  configBytes: Uint8Array,
  layers: readonly ArchivedLayer[],
  references: readonly ImageReference[],
  platform: Platform,
): Promise<ArchivedImage> {
  const config = parseImageConfig(configBytes);
  const id = parseDigest(await sha256Of(configBytes));
  checkPlatform(config, nameOf({ id, references }), platform);
  if (layers.length !== config.diffIds.length)
    throw malformed(
      "manifest",
      `layers length mismatch: expected ${config.diffIds.length}, got ${layers.length}`,
    );
  const unique = new Map(references.map((reference) => [canonicalReference(reference), reference]));
  return { id, config, configBytes, references: [...unique.values()], layers };
}

/** What messages call it. */
function nameOf({ id, references: [first] }: Pick<ArchivedImage, "id" | "references">): string {
  return first === undefined ? id : familiarReference(first);
}

/** Throws EngineError("invalid-argument") in Docker's words. An image that names no platform is taken at its word. */
export function checkPlatform(
  { platform }: ImageConfig,
  name: string,
  wanted: Platform = MACHINE_PLATFORM,
): void {
  if (platform.os === "" && platform.architecture === "") return;
  if (runsOn(platform, wanted)) return;
  throw new EngineError(
    "invalid-argument",
    `image with reference ${name} was found but its platform (${platformText(platform)}) does not match the specified platform (${platformText(wanted)})`,
  );
}
