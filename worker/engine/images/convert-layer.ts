// Turns one layer's tar into an EROFS blob of the store, and makes sure that it is the layer the image names.

import { EngineError } from "../../base/errors.ts";
import { LayeredFiles } from "../../erofs/layered-files.ts";
import { ErofsReader } from "../../erofs/read-erofs.ts";
import { writeErofs } from "../../erofs/write-erofs.ts";
import type { Digest } from "../../oci/digest.ts";
import { Sha256 } from "../../store/sha256.ts";
import type { ImageContext } from "./image-context.ts";
import type { LayerRecord } from "./layer-record.ts";

export interface LayerToConvert {
  /** Uncompressed. */
  readonly tar: ReadableStream<Uint8Array>;
  readonly diffId: Digest;
  /** Its place in the image, for messages. */
  readonly index: number;
  /** Those below it, bottom first; they are in the store. */
  readonly below: readonly Digest[];
  readonly signal: AbortSignal;
  /** Called when all of `tar` has been read; what it throws counts as damage of the layer. */
  readonly check: () => void;
}

/** Adds the layer's record. Rejects with EngineError("corrupt" | "out-of-space" | "invalid-argument"), nothing left behind. */
export async function convertLayer(context: ImageContext, layer: LayerToConvert): Promise<LayerRecord> {
  const { layers } = context.store;
  const below = await Promise.all(
    layer.below.map(async (diffId) => ErofsReader.open(await layers.source(diffId))),
  );
  const lower = new LayeredFiles(below.reverse());
  const hash = await Sha256.create();
  const writer = await context.blobs.create();
  let tarBytes = 0;
  try {
    const written = await writeErofs(layer.tar, writer.file, {
      lower,
      signal: layer.signal,
      onBytes: (bytes) => {
        tarBytes += bytes.byteLength;
        if (tarBytes > context.limits.layerBytes)
          throw new EngineError(
            "invalid-argument",
            `layer ${layer.diffId} is larger than ${context.limits.layerBytes} bytes`,
          );
        hash.update(bytes);
      },
      maxSizeBytes: 2 * context.limits.layerBytes,
    });
    layer.check();
    const actual = hash.finish();
    if (actual !== layer.diffId)
      throw new EngineError(
        "corrupt",
        `invalid diffID for layer ${layer.index}: expected "${layer.diffId}", got "${actual}"`,
      );
    const digest = await writer.commit();
    const record: LayerRecord = {
      diffId: layer.diffId,
      tarBytes,
      erofsBytes: written.sizeBytes,
      content: { kind: "blob", digest },
    };
    await layers.add(record);
    return record;
  } finally {
    await writer.abort();
  }
}
