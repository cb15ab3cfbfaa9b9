// An archive that `docker save` wrote: `manifest.json` lists images with their configuration and layers. Since Docker 25 these paths
// lie in an OCI layout (`blobs/sha256/HEX`), before in `HEX.json` and `HEX/layer.tar`. moby, "image/tarexport".

import { EngineError } from "../base/errors.ts";
import { type ArchivedLayer, type ArchiveFiles, checkDigest } from "./archive-files.ts";
import { type ArchivedImage, archivedImage } from "./archived-image.ts";
import { type Digest, isDigest } from "./digest.ts";
import { parseImageReference } from "./image-reference.ts";
import {
  asObject,
  MAX_DOCUMENT_BYTES,
  malformed,
  parseJson,
  stringField,
  stringListField,
} from "./json-document.ts";
import type { Platform } from "./platform.ts";

const MANIFEST = "manifest.json";
const MAX_IMAGES = 1000;

export function isDockerArchive(files: ArchiveFiles): boolean {
  return files.sizeOf(MANIFEST) !== undefined;
}

/** Rejects with EngineError("corrupt" | "invalid-argument"). */
export async function readDockerArchive(files: ArchiveFiles, platform: Platform): Promise<ArchivedImage[]> {
  const list = parseJson(await files.read(MANIFEST, MAX_DOCUMENT_BYTES), MANIFEST);
  if (!Array.isArray(list)) throw malformed(MANIFEST, "not a list");
  if (list.length === 0) throw malformed("archive", "no image is in it");
  if (list.length > MAX_IMAGES) throw malformed(MANIFEST, `more than ${MAX_IMAGES} images`);
  const images: ArchivedImage[] = [];
  for (const value of list) images.push(await readImage(files, value, platform));
  return images;
}

async function readImage(files: ArchiveFiles, value: unknown, platform: Platform): Promise<ArchivedImage> {
  const entry = asObject(value, MANIFEST);
  const configPath = stringField(entry, "Config", MANIFEST);
  const configBytes = await files.read(configPath, MAX_DOCUMENT_BYTES);
  const configDigest = digestIn(configPath);
  if (configDigest !== undefined) await checkDigest(configBytes, configDigest);
  const layers = (stringListField(entry, "Layers", MANIFEST) ?? []).map((path): ArchivedLayer => {
    if (files.sizeOf(path) === undefined)
      throw new EngineError("corrupt", `invalid archive: layer ${JSON.stringify(path)} is missing`);
    // HEX/layer.tar of old archives is named by another hash; only blobs are named by their own.
    return { path, digest: path.startsWith("blobs/") ? digestIn(path) : undefined };
  });
  const references = (stringListField(entry, "RepoTags", MANIFEST) ?? []).map((text) => {
    const reference = parseImageReference(text);
    if (reference.tag === undefined) throw malformed(MANIFEST, `invalid tag ${JSON.stringify(text)}`);
    return reference;
  });
  return archivedImage(configBytes, layers, references, platform);
}

/** The digest a path claims: `blobs/sha256/HEX` or `HEX.json`. */
function digestIn(path: string): Digest | undefined {
  const hex = /^(?:blobs\/sha256\/)?([0-9a-f]{64})(?:\.json)?$/.exec(path)?.[1];
  const digest = `sha256:${hex}`;
  return isDigest(digest) ? digest : undefined;
}
