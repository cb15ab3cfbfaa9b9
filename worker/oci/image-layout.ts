// An archive in the OCI image layout: `oci-layout`, `index.json` and `blobs/sha256/HEX`. OCI image spec, "Image Layout".

import { EngineError } from "../base/errors.ts";
import { type ArchivedLayer, type ArchiveFiles, blobPath, checkBlobSize, readBlob } from "./archive-files.ts";
import { type ArchivedImage, archivedImage } from "./archived-image.ts";
import type { Descriptor } from "./descriptor.ts";
import { type ImageManifest, parseManifestOrIndex } from "./image-manifest.ts";
import { type ImageReference, parseImageReference, withDefaultTag } from "./image-reference.ts";
import { MAX_DOCUMENT_BYTES, malformed, parseJsonObject, stringField } from "./json-document.ts";
import { documentKind } from "./media-types.ts";
import { type Platform, runsOn, selectManifest } from "./platform.ts";

/** An index may point to an index, and that to manifests; nobody nests deeper. */
const MAX_INDEX_DEPTH = 3;

export function isImageLayout(files: ArchiveFiles): boolean {
  return files.sizeOf("index.json") !== undefined;
}

/**
 * The images for one platform. Rejects with EngineError("corrupt" | "invalid-argument" | "not-found"), the last two when there are
 * only others.
 */
export async function readImageLayout(files: ArchiveFiles, platform: Platform): Promise<ArchivedImage[]> {
  await checkLayoutVersion(files);
  const index = parseManifestOrIndex(await files.read("index.json", MAX_DOCUMENT_BYTES), "index.json");
  if (index.kind !== "index") throw malformed("index.json", "not an index");
  const images: ArchivedImage[] = [];
  const named = new Map<string, ImageReference>();
  const groups = new Map<string, Descriptor[]>();
  for (const entry of index.manifests) {
    // Other things, as signatures, may be in a layout.
    if (documentKind(entry.mediaType) === undefined) continue;
    const name = nameOf(entry);
    // What has no name stands for itself, unless platforms tell its entries apart.
    const key = name?.text ?? (entry.platform === undefined ? entry.digest : "");
    if (name?.reference !== undefined) named.set(key, name.reference);
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  for (const [key, entries] of groups) {
    const reference = named.get(key);
    const entry = choose(entries, platform);
    const manifest = await readManifest(files, entry, platform, 1);
    images.push(await imageOf(files, manifest, reference, platform));
  }
  if (images.length === 0) throw new EngineError("corrupt", "invalid archive: no image is in it");
  return images;
}

async function checkLayoutVersion(files: ArchiveFiles): Promise<void> {
  if (files.sizeOf("oci-layout") === undefined) throw malformed("archive", "oci-layout is missing");
  const layout = parseJsonObject(await files.read("oci-layout", 4096), "oci-layout");
  const version = stringField(layout, "imageLayoutVersion", "oci-layout");
  if (!/^1\./.test(version))
    throw malformed("oci-layout", `unknown version ${JSON.stringify(version.slice(0, 40))}`);
}

/** Docker and containerd write the full name in an annotation of theirs; the OCI one may be a name or a mere tag, which names nothing. */
function nameOf({
  annotations,
}: Descriptor): { text: string; reference: ImageReference | undefined } | undefined {
  const full = annotations["io.containerd.image.name"];
  const text = full ?? annotations["org.opencontainers.image.ref.name"];
  if (text === undefined || text === "") return undefined;
  if (full === undefined && !/[/:]/.test(text)) return { text, reference: undefined };
  return { text, reference: withDefaultTag(parseImageReference(text)) };
}

function choose(entries: readonly Descriptor[], wanted: Platform): Descriptor {
  const fitting = entries.find(({ platform }) => platform === undefined || runsOn(platform, wanted));
  return fitting ?? selectManifest(entries, wanted);
}

async function readManifest(
  files: ArchiveFiles,
  entry: Descriptor,
  platform: Platform,
  depth: number,
): Promise<ImageManifest> {
  const document = parseManifestOrIndex(await readBlob(files, entry, MAX_DOCUMENT_BYTES), entry.digest);
  if (document.kind === "manifest") return document;
  if (depth >= MAX_INDEX_DEPTH) throw malformed("archive", "indexes are nested too deep");
  return readManifest(files, selectManifest(document.manifests, platform), platform, depth + 1);
}

async function imageOf(
  files: ArchiveFiles,
  manifest: ImageManifest,
  reference: ImageReference | undefined,
  platform: Platform,
): Promise<ArchivedImage> {
  const configBytes = await readBlob(files, manifest.config, MAX_DOCUMENT_BYTES);
  const layers = manifest.layers.map(({ digest, sizeBytes }): ArchivedLayer => {
    checkBlobSize(files, digest, sizeBytes);
    return { path: blobPath(digest), digest };
  });
  return archivedImage(configBytes, layers, reference === undefined ? [] : [reference], platform);
}
