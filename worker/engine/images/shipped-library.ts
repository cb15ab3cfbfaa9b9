// The images that ship with the page: their names, configurations and layers, from `library.json`. They become images of the engine
// when someone pulls or runs them.

import { EngineError } from "../../base/errors.ts";
import { type Digest, isDigest, parseDigest } from "../../oci/digest.ts";
import { type ImageConfig, parseImageConfig } from "../../oci/image-config.ts";
import { canonicalReference, parseImageReference } from "../../oci/image-reference.ts";
import {
  asObject,
  field,
  integerField,
  type JsonObject,
  listField,
  malformed,
  parseJsonObject,
  stringField,
  stringListField,
} from "../../oci/json-document.ts";
import { sha256Of } from "../../store/sha256.ts";
import type { AssetFile, LayerRecord } from "./layer-record.ts";

export interface ShippedImage {
  readonly id: Digest;
  /** Canonical, with tags. */
  readonly tags: readonly string[];
  /** Of the OCI manifest: what `docker pull` prints as Digest. */
  readonly manifestDigest: Digest;
  readonly configText: string;
  readonly config: ImageConfig;
  /** Bottom first, as many as the configuration's diffIds. */
  readonly layers: readonly LayerRecord[];
}

export class ShippedLibrary {
  readonly images: readonly ShippedImage[];
  readonly #layers = new Map<Digest, LayerRecord>();

  constructor(images: readonly ShippedImage[]) {
    this.images = images;
    for (const layer of images.flatMap((image) => image.layers)) this.#layers.set(layer.diffId, layer);
  }

  /** By a canonical name with tag, or with the manifest's digest. */
  find(name: string): ShippedImage | undefined {
    return this.images.find(
      (image) =>
        image.tags.includes(name) ||
        image.tags.some((tag) => `${repositoryOfTag(tag)}@${image.manifestDigest}` === name),
    );
  }

  /** Whether it ships an image of this name with any tag. */
  hasRepository(repository: string): boolean {
    return this.images.some((image) => image.tags.some((tag) => repositoryOfTag(tag) === repository));
  }

  layer(diffId: Digest): LayerRecord | undefined {
    return this.#layers.get(diffId);
  }
}

export const emptyLibrary = new ShippedLibrary([]);

/** Rejects with EngineError("corrupt"). The file's form is ShippedImageEntry (ship-image.ts) in a list. */
export async function parseShippedLibrary(bytes: Uint8Array): Promise<ShippedLibrary> {
  const object = parseJsonObject(bytes, "library.json");
  if (field(object, "version") !== 1) throw malformed("library.json", "unknown version");
  const images: ShippedImage[] = [];
  for (const value of listField(object, "images", "library.json", 1000) ?? [])
    images.push(await parseImage(asObject(value, "library.json: image")));
  return new ShippedLibrary(images);
}

async function parseImage(object: JsonObject): Promise<ShippedImage> {
  const tags = (stringListField(object, "tags", "library.json") ?? []).map((tag) =>
    canonicalReference(parseImageReference(tag)),
  );
  const what = `library.json: ${tags[0] ?? "image"}`;
  const manifestDigest = stringField(object, "manifestDigest", what);
  if (!isDigest(manifestDigest)) throw malformed(what, "manifestDigest is no digest");
  const configText = stringField(object, "config", what);
  const configBytes = new TextEncoder().encode(configText);
  const config = parseImageConfig(configBytes);
  const entries = listField(object, "layers", what, 1000) ?? [];
  const layers = entries.map((entry) => parseLayer(asObject(entry, what), what));
  if (
    layers.length !== config.diffIds.length ||
    layers.some((layer, i) => layer.diffId !== config.diffIds[i])
  )
    throw malformed(what, "its layers are not those of its configuration");
  return { id: parseDigest(await sha256Of(configBytes)), tags, manifestDigest, configText, config, layers };
}

function parseLayer(object: JsonObject, what: string): LayerRecord {
  const diffId = stringField(object, "diffId", what);
  if (!isDigest(diffId)) throw malformed(what, "a diffId is no digest");
  return {
    diffId,
    tarBytes: positive(object, "tarBytes", what),
    erofsBytes: positive(object, "erofsBytes", what),
    content: { kind: "shipped", manifest: parseAsset(asObject(field(object, "manifest"), what), what) },
  };
}

function parseAsset(object: JsonObject, what: string): AssetFile {
  const file = stringField(object, "file", what);
  const sha256 = stringField(object, "sha256", what);
  if (!/^[\w.-]{1,200}$/.test(file) || !isDigest(sha256)) throw malformed(what, "a manifest's file");
  return { file, sizeBytes: positive(object, "sizeBytes", what), sha256 };
}

function positive(object: JsonObject, name: string, what: string): number {
  const value = integerField(object, name, what);
  if (value === undefined || value <= 0) throw new EngineError("corrupt", `invalid ${what}: ${name}`);
  return value;
}

function repositoryOfTag(tag: string): string {
  return tag.slice(0, tag.lastIndexOf(":"));
}
