// Turns one layer's tar into an EROFS blob of the store, and makes sure that it is the layer the image names.

import { EngineError } from "../../base/errors.ts";
import { ErofsBuilder } from "../../erofs/erofs-builder.ts";
import { LayeredFiles } from "../../erofs/layered-files.ts";
import { completeFromLower } from "../../erofs/lower-files.ts";
import { ErofsReader } from "../../erofs/read-erofs.ts";
import { layerHandler } from "../../erofs/write-erofs.ts";
import { type Digest, parseDigest } from "../../oci/digest.ts";
import type { ByteFile } from "../../store/byte-file.ts";
import { Sha256 } from "../../store/sha256.ts";
import { readTar } from "../../tar/read-tar.ts";
import type { ImageContext } from "./image-context.ts";
import type { LayerRecord } from "./layer-record.ts";
import { TarRecorder } from "./tar-record.ts";

export interface LayerToConvert {
  /** Uncompressed. */
  readonly tar: ReadableStream<Uint8Array>;
  /** Undefined for a layer that is new: whatever it comes out as. */
  readonly diffId: Digest | undefined;
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
  const writer = await context.blobs.create();
  const recordWriter = await context.blobs.create();
  try {
    const recorder = new TarRecorder(recordWriter.file);
    const { actual, tarBytes, erofsBytes } = await unpackTar(context, layer, writer.file, recorder);
    layer.check();
    if (layer.diffId !== undefined && actual !== layer.diffId)
      throw new EngineError(
        "corrupt",
        `invalid diffID for layer ${layer.index}: expected "${layer.diffId}", got "${actual}"`,
      );
    const known = layers.get(actual);
    if (known !== undefined) return known;
    const tarRecord = recorder.finish() ? await recordWriter.commit() : undefined;
    const record: LayerRecord = {
      diffId: actual,
      tarBytes,
      erofsBytes,
      content: { kind: "blob", digest: await writer.commit() },
      ...(tarRecord === undefined ? {} : { tarRecord }),
    };
    await layers.add(record);
    return record;
  } finally {
    await writer.abort();
    await recordWriter.abort();
  }
}

/** Everything of the tar into the EROFS image, its digest and its record in one pass. */
async function unpackTar(
  context: ImageContext,
  layer: LayerToConvert,
  file: ByteFile,
  recorder: TarRecorder,
): Promise<{ actual: Digest; tarBytes: number; erofsBytes: number }> {
  const { layerBytes } = context.limits;
  const below = await Promise.all(
    layer.below.map(async (diffId) => ErofsReader.open(await context.store.layers.source(diffId))),
  );
  const hash = await Sha256.create();
  let tarBytes = 0;
  const onBytes = (bytes: Uint8Array) => {
    tarBytes += bytes.byteLength;
    if (tarBytes > layerBytes)
      throw new EngineError(
        "invalid-argument",
        `layer ${layer.diffId ?? layer.index} is larger than ${layerBytes} bytes`,
      );
    hash.update(bytes);
    recorder.onBytes(bytes);
  };
  const builder = new ErofsBuilder(file, { maxSizeBytes: 2 * layerBytes });
  await readTar(layer.tar, recorder.listening(layerHandler(builder)), { onBytes, signal: layer.signal });
  await completeFromLower(builder, new LayeredFiles(below.reverse()));
  const { sizeBytes } = builder.finish();
  return { actual: parseDigest(hash.finish()), tarBytes, erofsBytes: sizeBytes };
}
