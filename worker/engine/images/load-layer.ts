// One layer of an archive into the store: unpacked, checked against both its names, converted, with reports as it goes.

import { EngineError } from "../../base/errors.ts";
import type { ArchivedImage } from "../../oci/archived-image.ts";
import { Sha256 } from "../../store/sha256.ts";
import type { ImageProgress } from "../image-port.ts";
import { convertLayer } from "./convert-layer.ts";
import type { ImageContext } from "./image-context.ts";
import type { SpooledArchive } from "./spooled-archive.ts";

/** How much of a layer passes between two reports. */
const REPORT_BYTES = 1_048_576;

export interface LayerToLoad {
  readonly files: SpooledArchive;
  readonly image: ArchivedImage;
  /** Which of the image's layers; those below are in the store. */
  readonly index: number;
  readonly report: (progress: ImageProgress) => void;
  readonly signal: AbortSignal;
}

/** Nothing happens when the store has the layer. Rejects with EngineError, nothing left behind. */
export async function loadLayer(
  context: ImageContext,
  { files, image, index, report, signal }: LayerToLoad,
): Promise<void> {
  const layer = image.layers[index];
  const diffId = image.config.diffIds[index];
  if (layer === undefined || diffId === undefined || context.store.layers.get(diffId) !== undefined) return;
  // An uncompressed layer's digest is its diffId, which is checked anyway.
  const digest = layer.digest === diffId ? undefined : layer.digest;
  const hash = await Sha256.create();
  const total = files.sizeOf(layer.path) ?? 0;
  const id = diffId.slice("sha256:".length, "sha256:".length + 12);
  let current = 0;
  let reported = 0;
  const tar = await files.layerTar(layer.path, (bytes) => {
    if (digest !== undefined) hash.update(bytes);
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
      if (digest === undefined) return;
      const actual = hash.finish();
      if (actual !== digest)
        throw new EngineError("corrupt", `invalid archive: blob ${digest} has the digest ${actual}`);
    },
  });
}
