// `docker load`: images from an archive, which is read once, checked throughout and converted layer by layer. An image appears when
// all its layers are there; whatever fails, half an image is never left.

import { EngineError } from "../../base/errors.ts";
import type { ArchivedImage } from "../../oci/archived-image.ts";
import { isDockerArchive, readDockerArchive } from "../../oci/docker-archive.ts";
import { isImageLayout, readImageLayout } from "../../oci/image-layout.ts";
import { canonicalReference, familiarReference } from "../../oci/image-reference.ts";
import { MACHINE_PLATFORM, type Platform } from "../../oci/platform.ts";
import type { ImageProgress } from "../image-port.ts";
import type { ImageContext } from "./image-context.ts";
import { emitImageEvent } from "./image-event.ts";
import { loadLayer } from "./load-layer.ts";
import { progressOf } from "./progress-of.ts";
import { SpooledArchive } from "./spooled-archive.ts";

type Report = (progress: ImageProgress) => void;

/** Docker's messages as it goes on. Fails with EngineError; leaving the loop early gives up. */
export function loadImages(
  context: ImageContext,
  archive: ReadableStream<Uint8Array>,
  platform: Platform = MACHINE_PLATFORM,
): AsyncGenerator<ImageProgress, void, undefined> {
  return progressOf((report, signal) =>
    context.changes.run(async () => {
      const limitBytes = context.limits.archiveBytes;
      const spooled = await SpooledArchive.create(archive, context.blobs, { limitBytes, signal });
      try {
        for (const image of await findImages(spooled, platform))
          await loadImage(context, spooled, image, report, signal);
      } finally {
        await spooled.close();
        await context.store.removeUnusedLayers();
      }
    }),
  );
}

function findImages(files: SpooledArchive, platform: Platform): Promise<ArchivedImage[]> {
  if (isDockerArchive(files)) return readDockerArchive(files, platform);
  if (isImageLayout(files)) return readImageLayout(files, platform);
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
    await loadLayer(context, { files, image, index, report, signal });
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
