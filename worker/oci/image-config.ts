// The JSON that makes a stack of layers an image: OCI image spec, "Image Configuration", with the fields that Docker adds.
// Its digest is the image's id, so its bytes are kept as they came.

import { EngineError } from "../base/errors.ts";
import { type Digest, isDigest } from "./digest.ts";
import { type ImageHistoryEntry, parseHistory } from "./image-history.ts";
import { MAX_LAYERS } from "./image-manifest.ts";
import { asObject, field, listField, malformed, parseJsonObject, stringField } from "./json-document.ts";
import { type Platform, parsePlatform } from "./platform.ts";
import { type ImageRunConfig, parseRunConfig } from "./run-config.ts";

export interface ImageConfig {
  readonly platform: Platform;
  /** RFC 3339; "" when the image does not say. */
  readonly created: string;
  readonly author: string;
  readonly comment: string;
  readonly dockerVersion: string;
  readonly run: ImageRunConfig;
  /** Of the layers' uncompressed tars, bottom first. */
  readonly diffIds: readonly Digest[];
  /** Oldest first. */
  readonly history: readonly ImageHistoryEntry[];
}

/** Throws EngineError("corrupt" | "invalid-argument"). */
export function parseImageConfig(bytes: Uint8Array): ImageConfig {
  const what = "image config";
  const object = parseJsonObject(bytes, what);
  const rootfs = asObject(field(object, "rootfs") ?? {}, `${what}: rootfs`);
  const type = stringField(rootfs, "type", what);
  if (type !== "" && type !== "layers") throw malformed(what, `unknown rootfs type ${type.slice(0, 100)}`);
  const diffIds = (listField(rootfs, "diff_ids", what, 10_000) ?? []).map((value) => {
    if (typeof value !== "string" || !isDigest(value)) throw malformed(what, "a diff_id is not a digest");
    return value;
  });
  if (diffIds.length > MAX_LAYERS) throw new EngineError("invalid-argument", "max depth exceeded");
  const created = stringField(object, "created", what);
  if (created !== "" && Number.isNaN(Date.parse(created))) throw malformed(what, "created is no time");
  return {
    platform: parsePlatform(object, what),
    created,
    author: stringField(object, "author", what),
    comment: stringField(object, "comment", what),
    dockerVersion: stringField(object, "docker_version", what),
    run: parseRunConfig(asObject(field(object, "config") ?? {}, `${what}: config`), what),
    diffIds,
    history: parseHistory(object, what),
  };
}
