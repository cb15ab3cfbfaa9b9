// `docker load`: images from an archive, which is read once, checked throughout and converted layer by layer. An image appears when
// all its layers are there; whatever fails, half an image is never left.

import { EngineError } from "../../base/errors.ts";
import type { ArchivedImage } from "../../oci/archived-image.ts";
import { isDockerArchive, readDockerArchive } from "../../oci/docker-archive.ts";
import { isImageLayout, readImageLayout } from "../../oci/image-layout.ts";
import { canonicalReference, familiarReference } from "../../oci/image-reference.ts";
import { Sha256 } from "../../store/sha256.ts";
import type { ImageProgress } from "../image-port.ts";
import { convertLayer } from "./convert-layer.ts";
import type { ImageContext } from "./image-context.ts";
import { emitImageEvent } from "./image-event.ts";
import { progressOf } from "./progress-of.ts";
import { SpooledArchive } from "./spooled-archive.ts";

/** How much of a layer passes between two reports. */
const REPORT_BYTES = 1_048_576;

type Report = (progress: ImageProgress) => void;

/** Docker's messages as it goes on. Fails with EngineError; leaving the loop early gives up. */
export function loadImages(
  context: ImageContext,
  archive: ReadableStream<Uint8Array>,
): AsyncGenerator<ImageProgress, void, undefined> {
  return progressOf((report, signal) =>
    context.changes.run(async () => {
      const limitBytes = context.limits.archiveBytes;
      const spooled = await SpooledArchive.create(archive, context.blobs, { limitBytes, signal });
      try {
        for (const image of await findImages(spooled))
          await loadImage(context, spooled, image, report, signal);
      } finally {
        await spooled.close();
        await context.store.removeUnusedLayers();
      }
    }),
  );
}

function findImages(files: SpooledArchive): Promise<ArchivedImage[]> {
  if (isDockerArchive(files)) return readDockerArchive(files);
  if (isImageLayout(files)) return readImageLayout(files);
  throw new EngineError("corrupt", "invalid archive: neither manifest.json nor index.json is in it");
}

async function loadImage(
  context: ImageContext,
  files: SpooledArchive,
  image: ArchivedImage,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  for (let index = 0; index < image.layers.length; index++)
    await loadLayer(context, files, image, index, report, signal);
  signal.throwIfAborted();
  const { store } = context;
  const known = store.get(image.id);
  const names = image.references.map(canonicalReference);
  for (const [index, name] of names.entries()) {
    const old = store.named(name);
    const reference = image.references[index];
    if (old !== undefined && old.id !== image.id && reference !== undefined)
      report({
        stream: `The image ${familiarReference(reference)} already exists, renaming the old one with ID ${old.id} to empty string\n`,
      });
  }
  const stored = await store.put({
    id: image.id,
    configText: new TextDecoder("utf-8", { ignoreBOM: true }).decode(image.configBytes),
    tags: [...new Set([...(known?.tags ?? []), ...names])],
    digests: known?.digests ?? [],
    lastTagMs: names.length > 0 ? context.clock.nowMs() : known?.lastTagMs,
    isRemoved: false,
  });
  emitImageEvent(context, "load", stored, stored.id);
  if (image.references.length === 0) report({ stream: `Loaded image ID: ${image.id}\n` });
  for (const reference of image.references)
    report({ stream: `Loaded image: ${familiarReference(reference)}\n` });
}

async function loadLayer(
  context: ImageContext,
  files: SpooledArchive,
  image: ArchivedImage,
  index: number,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const layer = image.layers[index];
  const diffId = image.config.diffIds[index];
  if (layer === undefined || diffId === undefined || context.store.layers.get(diffId) !== undefined) return;
  const hash = await Sha256.create();
  const total = files.sizeOf(layer.path) ?? 0;
  const id = diffId.slice("sha256:".length, "sha256:".length + 12);
  let current = 0;
  let reported = 0;
  const tar = await files.layerTar(layer.path, (bytes) => {
    if (layer.digest !== undefined) hash.update(bytes);
    current += bytes.byteLength;
    if (current - reported < REPORT_BYTES && current < total) return;
    reported = current;
    report({ status: "Loading layer", id, current, total });
  });
  await convertLayer(context, {
    tar,
    diffId,
    index,
    below: image.config.diffIds.slice(0, index),
    signal,
    check: () => {
      // A compressed layer may end before its file does.
      const actual = layer.digest === undefined || current < total ? undefined : hash.finish();
      if (layer.digest !== undefined && actual !== layer.digest)
        throw new EngineError(
          "corrupt",
          `invalid archive: blob ${layer.digest} has the digest ${actual ?? "of something else"}`,
        );
    },
  });
}
