// `docker save`: images as an archive that is both an OCI image layout and what `docker load` of any age takes. moby, "image/tarexport".
// Layers go out uncompressed, so a layer's blob has its diffId as its name.

import { EngineError } from "../../base/errors.ts";
import { blobPath } from "../../oci/archive-files.ts";
import { type Digest, hexOf, isDigest, parseDigest } from "../../oci/digest.ts";
import { familiarName, parseImageReference, repositoryOf } from "../../oci/image-reference.ts";
import { layerDescriptor, MANIFEST_TYPE, writeManifest } from "../../oci/write-manifest.ts";
import { sha256Of } from "../../store/sha256.ts";
import { tarEntry } from "../../tar/tar-entry.ts";
import { type TarSource, writeTar } from "../../tar/tar-writer.ts";
import { findImage } from "./find-image.ts";
import type { ImageContext } from "./image-context.ts";
import { emitImageEvent } from "./image-event.ts";
import type { StoredImage } from "./image-record.ts";
import { createdMs } from "./image-store.ts";
import { familiar } from "./inspect.ts";
import { type SavedLayer, savedLayer } from "./saved-layer.ts";

const INDEX = "application/vnd.oci.image.index.v1+json";

interface ImageToSave {
  readonly image: StoredImage;
  /** Canonical names with tags that were asked for; none: without a name. */
  readonly tags: Set<string>;
}

interface SavedImage {
  readonly tags: readonly string[];
  readonly createdSec: number;
  readonly config: { readonly digest: Digest; readonly bytes: Uint8Array };
  readonly manifest: { readonly digest: Digest; readonly bytes: Uint8Array };
  readonly layers: readonly SavedLayer[];
}

/** Rejects with EngineError in Docker's words before anything is sent; the stream fails with EngineError("corrupt" | "unavailable"). */
export async function saveImages(
  context: ImageContext,
  references: readonly string[],
): Promise<ReadableStream<Uint8Array>> {
  if (references.length === 0) throw new EngineError("invalid-argument", "no image is named");
  const images: SavedImage[] = [];
  for (const wanted of chooseImages(context, references).values()) {
    images.push(await prepareImage(context, wanted));
    emitImageEvent(context, "save", wanted.image, wanted.image.id);
  }
  return writeTar(archiveMembers(images));
}

/** A name without a tag stands for all tags of the repository. */
function chooseImages(context: ImageContext, references: readonly string[]): Map<Digest, ImageToSave> {
  const wanted = new Map<Digest, ImageToSave>();
  const add = (image: StoredImage, tag?: string) => {
    const known = wanted.get(image.id) ?? { image, tags: new Set<string>() };
    wanted.set(image.id, known);
    if (tag !== undefined) known.tags.add(tag);
  };
  for (const text of references) {
    const isId = /^(?:sha256:)?[0-9a-f]{64}$/.test(text) || isDigest(text);
    const reference = isId ? undefined : parseImageReference(text);
    if (reference === undefined || reference.digest !== undefined) {
      add(findImage(context, text));
      continue;
    }
    const repository = `${repositoryOf(reference)}:`;
    const tagged = context.store.list().flatMap((image) => image.tags.map((tag) => ({ image, tag })));
    const matching = tagged.filter(({ tag }) =>
      reference.tag === undefined ? tag.startsWith(repository) : tag === repository + reference.tag,
    );
    for (const { image, tag } of matching) add(image, tag);
    if (matching.length > 0) continue;
    if (reference.tag !== undefined) throw new EngineError("not-found", "reference does not exist");
    add(findImage(context, text));
  }
  return wanted;
}

async function prepareImage(context: ImageContext, { image, tags }: ImageToSave): Promise<SavedImage> {
  const layers: SavedLayer[] = [];
  for (const diffId of image.config.diffIds) layers.push(await savedLayer(context, diffId));
  const configBytes = new TextEncoder().encode(withDiffIds(image, layers));
  const config = { bytes: configBytes, digest: parseDigest(await sha256Of(configBytes)) };
  const manifestBytes = writeManifest({ digest: config.digest, sizeBytes: configBytes.byteLength }, layers);
  return {
    tags: [...tags].sort(),
    createdSec: Math.floor(createdMs(image) / 1000),
    config,
    manifest: { bytes: manifestBytes, digest: parseDigest(await sha256Of(manifestBytes)) },
    layers,
  };
}

/** The configuration as it is, unless a layer comes out as another one. */
function withDiffIds(image: StoredImage, layers: readonly SavedLayer[]): string {
  if (layers.every(({ diffId }, at) => diffId === image.config.diffIds[at])) return image.configText;
  const config = JSON.parse(image.configText) as { rootfs: { diff_ids: string[] } };
  config.rootfs.diff_ids = layers.map(({ diffId }) => diffId);
  return JSON.stringify(config);
}

function* archiveMembers(images: readonly SavedImage[]): Generator<TarSource> {
  for (const path of ["blobs/", "blobs/sha256/"]) yield { entry: tarEntry({ path, type: "directory" }) };
  const written = new Set<Digest>();
  const isNew = (digest: Digest) => !written.has(digest) && written.add(digest);
  for (const { config, manifest, layers, createdSec } of images) {
    for (const { digest, bytes } of [config, manifest])
      if (isNew(digest)) yield file(blobPath(digest), bytes, createdSec);
    for (const { diffId, sizeBytes, tar } of layers) {
      if (!isNew(diffId)) continue;
      const entry = tarEntry({ path: blobPath(diffId), type: "file", sizeBytes, mtimeSec: createdSec });
      yield { entry, content: streamFrom(tar()) };
    }
  }
  const index = { schemaVersion: 2, mediaType: INDEX, manifests: images.flatMap(indexEntries) };
  yield file("index.json", json(index));
  yield file("manifest.json", json(images.map(manifestItem)));
  yield file("oci-layout", json({ imageLayoutVersion: "1.0.0" }));
  if (images.some(({ tags }) => tags.length > 0)) yield file("repositories", json(repositories(images)));
}

function indexEntries({ manifest, tags }: SavedImage): object[] {
  const descriptor = { mediaType: MANIFEST_TYPE, digest: manifest.digest, size: manifest.bytes.byteLength };
  if (tags.length === 0) return [descriptor];
  return tags.map((name) => ({
    ...descriptor,
    annotations: {
      "io.containerd.image.name": name,
      "org.opencontainers.image.ref.name": name.slice(name.lastIndexOf(":") + 1),
    },
  }));
}

function manifestItem({ config, tags, layers }: SavedImage): object {
  return {
    Config: blobPath(config.digest),
    RepoTags: tags.length === 0 ? null : tags.map(familiar),
    Layers: layers.map(({ diffId }) => blobPath(diffId)),
    LayerSources: Object.fromEntries(layers.map((layer) => [layer.diffId, layerDescriptor(layer)])),
  };
}

/** By name and tag the topmost layer: what Docker before 1.10 reads. */
function repositories(images: readonly SavedImage[]): Record<string, Record<string, string>> {
  const byName: Record<string, Record<string, string>> = {};
  for (const { tags, layers } of images) {
    const top = layers.at(-1);
    if (top === undefined) continue;
    for (const tag of tags) {
      const reference = parseImageReference(tag);
      const name = familiarName(reference);
      byName[name] = { ...byName[name], [reference.tag ?? "latest"]: hexOf(top.diffId) };
    }
  }
  return byName;
}

function json(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

function file(path: string, content: Uint8Array, mtimeSec = 0): TarSource {
  return { entry: tarEntry({ path, type: "file", sizeBytes: content.byteLength, mtimeSec }), content };
}

function streamFrom(chunks: AsyncGenerator<Uint8Array, void, undefined>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await chunks.return();
      },
    },
    { highWaterMark: 0 },
  );
}
