// Manifests and indexes: OCI image spec, "Image Manifest" and "Image Index"; Docker's schema 2 is the same with other media types.

import { EngineError } from "../base/errors.ts";
import { type Descriptor, parseDescriptor } from "./descriptor.ts";
import { field, integerField, listField, malformed, parseJsonObject, stringField } from "./json-document.ts";
import { documentKind, isLayer } from "./media-types.ts";

/** As many as Docker stacks. */
export const MAX_LAYERS = 125;
const MAX_INDEX_ENTRIES = 1000;

export interface ImageManifest {
  readonly kind: "manifest";
  readonly config: Descriptor;
  /** Bottom first. */
  readonly layers: readonly Descriptor[];
}

export interface ImageIndex {
  readonly kind: "index";
  readonly manifests: readonly Descriptor[];
}

/**
 * Either, as its media type says or, without one, its fields. `name` is for messages: its digest.
 * Throws EngineError("corrupt" | "not-implemented").
 */
export function parseManifestOrIndex(bytes: Uint8Array, name: string): ImageManifest | ImageIndex {
  const what = `manifest ${name}`;
  const object = parseJsonObject(bytes, what);
  if (integerField(object, "schemaVersion", what) === 1)
    throw new EngineError("not-implemented", `${what}: Docker image format v1 is not supported`);
  if (integerField(object, "schemaVersion", what) !== 2) throw malformed(what, "unknown schemaVersion");
  const mediaType = stringField(object, "mediaType", what);
  const kind = mediaType === "" ? undefined : documentKind(mediaType);
  if (mediaType !== "" && kind === undefined)
    throw malformed(what, `unknown media type ${mediaType.slice(0, 100)}`);
  const manifests = listField(object, "manifests", what, MAX_INDEX_ENTRIES);
  const layers = listField(object, "layers", what, 10_000);
  // Both at once could be read as one thing by us and as another by whoever signed it.
  if (manifests !== undefined && layers !== undefined) throw malformed(what, "both manifests and layers");
  if (kind === "index" || (kind === undefined && manifests !== undefined))
    return { kind: "index", manifests: (manifests ?? []).map((entry) => parseDescriptor(entry, what)) };
  if (layers === undefined) throw malformed(what, "no layers");
  if (layers.length > MAX_LAYERS) throw new EngineError("invalid-argument", "max depth exceeded");
  return {
    kind: "manifest",
    config: parseDescriptor(field(object, "config"), what),
    layers: layers.map((layer) => parseLayer(layer, what)),
  };
}

function parseLayer(value: unknown, what: string): Descriptor {
  const layer = parseDescriptor(value, what);
  if (!isLayer(layer.mediaType)) throw malformed(what, `unknown layer type ${layer.mediaType.slice(0, 100)}`);
  return layer;
}
