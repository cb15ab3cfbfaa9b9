// Makes an image ready to ship: its layers' EROFS images packed into chunk files, and its entry in `library.json`. The build of the
// image library uses it; the same input gives the same files.

import { EngineError } from "../../base/errors.ts";
import { type Digest, parseDigest } from "../../oci/digest.ts";
import { parseImageConfig } from "../../oci/image-config.ts";
import { writeManifest } from "../../oci/write-manifest.ts";
import type { ByteFile } from "../../store/byte-file.ts";
import { type PackChunksOptions, packChunks } from "../../store/pack-chunks.ts";
import { sha256Of } from "../../store/sha256.ts";
import type { AssetFile } from "./layer-record.ts";

export interface ImageToShip {
  /** Start of the names of its files: `busybox`. */
  readonly name: string;
  /** `busybox:latest`, `busybox:1.35` */
  readonly tags: readonly string[];
  /** The OCI configuration, byte for byte. */
  readonly configBytes: Uint8Array;
  /** Bottom first: what writeErofs() made of each layer's tar, and that tar's size; or a layer that is shipped already. */
  readonly layers: readonly (
    | { readonly erofs: ByteFile; readonly tarBytes: number }
    | { readonly shipped: ShippedImageEntry["layers"][number] }
  )[];
}

/** An element of `images` in `{"version": 1, "images": […]}`. */
export interface ShippedImageEntry {
  readonly tags: readonly string[];
  readonly manifestDigest: Digest;
  readonly config: string;
  readonly layers: readonly {
    readonly diffId: Digest;
    readonly tarBytes: number;
    readonly erofsBytes: number;
    readonly manifest: AssetFile;
  }[];
}

/** `sink` gets every file: chunk groups and each layer's chunk manifest. */
export async function shipImage(
  image: ImageToShip,
  sink: (file: string, bytes: Uint8Array) => Promise<void>,
  options: Omit<PackChunksOptions, "name"> = {},
): Promise<ShippedImageEntry> {
  const config = parseImageConfig(image.configBytes);
  if (config.diffIds.length !== image.layers.length)
    throw new EngineError("invalid-argument", `${image.name}: layers do not match the configuration`);
  const layers: ShippedImageEntry["layers"][number][] = [];
  for (const [index, layer] of image.layers.entries()) {
    const diffId = config.diffIds[index];
    if (diffId === undefined) break;
    if ("shipped" in layer) {
      if (layer.shipped.diffId !== diffId)
        throw new EngineError(
          "invalid-argument",
          `${image.name}: a shipped layer is not the configuration's`,
        );
      layers.push(layer.shipped);
      continue;
    }
    const { erofs, tarBytes } = layer;
    const chunks = await packChunks(erofs, sink, { ...options, name: image.name });
    const bytes = new TextEncoder().encode(JSON.stringify(chunks));
    const sha256 = await sha256Of(bytes);
    const file = `${image.name}-${sha256.slice("sha256:".length, "sha256:".length + 16)}.json`;
    await sink(file, bytes);
    layers.push({
      diffId,
      tarBytes,
      erofsBytes: erofs.sizeBytes,
      manifest: { file, sizeBytes: bytes.byteLength, sha256 },
    });
  }
  return {
    tags: image.tags,
    manifestDigest: await manifestDigest(image, layers),
    config: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(image.configBytes),
    layers,
  };
}

/** Of the OCI manifest that names the same content: what the image has as its digest. */
async function manifestDigest(image: ImageToShip, layers: ShippedImageEntry["layers"]): Promise<Digest> {
  const config = {
    digest: parseDigest(await sha256Of(image.configBytes)),
    sizeBytes: image.configBytes.byteLength,
  };
  const blobs = layers.map(({ diffId, tarBytes }) => ({ diffId, sizeBytes: tarBytes }));
  return parseDigest(await sha256Of(writeManifest(config, blobs)));
}
