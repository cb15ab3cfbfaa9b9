// A layer's tar to be written out: as it came where that can be had, else made anew of its image and then a layer of another digest.

import { EngineError } from "../../base/errors.ts";
import { chunksOf } from "../../base/streams.ts";
import { layerTar } from "../../erofs/layer-tar.ts";
import { ErofsReader } from "../../erofs/read-erofs.ts";
import { type Digest, parseDigest } from "../../oci/digest.ts";
import type { ByteFile } from "../../store/byte-file.ts";
import { Sha256 } from "../../store/sha256.ts";
import { filePieces } from "./file-pieces.ts";
import type { ImageContext } from "./image-context.ts";
import { replayTar } from "./replay-tar.ts";

export interface SavedLayer {
  /** Of what `tar` gives. */
  readonly diffId: Digest;
  readonly sizeBytes: number;
  /** Once or more; it fails with EngineError("corrupt") at its end when it was not `diffId`. */
  tar(): AsyncGenerator<Uint8Array, void, undefined>;
}

/** Rejects with EngineError("not-found" | "corrupt" | "unavailable"). */
export async function savedLayer(context: ImageContext, diffId: Digest): Promise<SavedLayer> {
  const { layers } = context.store;
  const record = layers.get(diffId);
  if (record === undefined) throw new EngineError("not-found", `layer ${diffId} is missing`);
  const reader = await ErofsReader.open(await layers.source(diffId));
  if (record.tarRecord !== undefined) {
    const asItCame = () => withRecord(context, diffId, (bytes) => replayTar(bytes, reader));
    return { diffId, sizeBytes: record.tarBytes, tar: () => checked(asItCame(), diffId) };
  }
  const made = await measure(chunksOf(layerTar(reader)));
  return { ...made, tar: () => checked(chunksOf(layerTar(reader)), made.diffId) };
}

async function measure(tar: AsyncIterable<Uint8Array>): Promise<{ diffId: Digest; sizeBytes: number }> {
  const hash = await Sha256.create();
  let sizeBytes = 0;
  for await (const bytes of tar) {
    hash.update(bytes);
    sizeBytes += bytes.byteLength;
  }
  return { diffId: parseDigest(hash.finish()), sizeBytes };
}

async function* checked(
  tar: AsyncIterable<Uint8Array>,
  diffId: Digest,
): AsyncGenerator<Uint8Array, void, undefined> {
  const hash = await Sha256.create();
  for await (const bytes of tar) {
    hash.update(bytes);
    yield bytes;
  }
  const actual = hash.finish();
  if (actual !== diffId)
    throw new EngineError("corrupt", `layer ${diffId} cannot be given back: it comes out as ${actual}`);
}

async function* withRecord(
  { store }: ImageContext,
  diffId: Digest,
  use: (record: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const file = await store.layers.tarRecord(diffId);
  if (file === undefined) throw new EngineError("not-found", `layer ${diffId} is missing`);
  try {
    yield* use(asyncPieces(file));
  } finally {
    file.close();
  }
}

async function* asyncPieces(file: ByteFile): AsyncGenerator<Uint8Array, void, undefined> {
  yield* filePieces(file, 0, file.sizeBytes);
}
