// The manifest of an image whose layers are uncompressed: OCI image spec, "Image Manifest". The same image gives the same bytes.

import type { Digest } from "./digest.ts";

export const MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";
const CONFIG_TYPE = "application/vnd.oci.image.config.v1+json";
const LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar";

export interface LayerBlob {
  readonly diffId: Digest;
  /** Of the uncompressed tar. */
  readonly sizeBytes: number;
}

export function writeManifest(
  config: { readonly digest: Digest; readonly sizeBytes: number },
  layers: readonly LayerBlob[],
): Uint8Array<ArrayBuffer> {
  const manifest = {
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: { mediaType: CONFIG_TYPE, digest: config.digest, size: config.sizeBytes },
    layers: layers.map(layerDescriptor),
  };
  return new TextEncoder().encode(JSON.stringify(manifest));
}

export function layerDescriptor({ diffId, sizeBytes }: LayerBlob): object {
  return { mediaType: LAYER_TYPE, digest: diffId, size: sizeBytes };
}
