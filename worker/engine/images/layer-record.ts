// One layer that the engine knows: the EROFS image made of its tar, kept as a blob, or shipped with the page in chunks. The tar is not
// kept: image and record together give it back (saved-layer.ts). A layer that ships is the tar that worker/erofs/layer-tar.ts makes of it.

import type { Digest } from "../../oci/digest.ts";
import type { Sha256Digest } from "../../store/sha256.ts";

/** A file beside the page. */
export interface AssetFile {
  readonly file: string;
  readonly sizeBytes: number;
  readonly sha256: Sha256Digest;
}

export type LayerContent =
  | { readonly kind: "blob"; readonly digest: Sha256Digest }
  /** `manifest` is a ChunkManifest. */
  | { readonly kind: "shipped"; readonly manifest: AssetFile };

export interface LayerRecord {
  /** Of the uncompressed tar: the layer's identity. */
  readonly diffId: Digest;
  /** Of the uncompressed tar: what Docker counts as the layer's size. */
  readonly tarBytes: number;
  readonly erofsBytes: number;
  readonly content: LayerContent;
  /** A blob, see tar-record.ts; without it the tar may not come out as it was. */
  readonly tarRecord?: Sha256Digest;
}
