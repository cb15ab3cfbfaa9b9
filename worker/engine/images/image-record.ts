// An image as it is kept: the exact text of its configuration, whose digest is the image's id, and its names.

import type { Digest } from "../../oci/digest.ts";
import type { ImageConfig } from "../../oci/image-config.ts";

export interface ImageRecord {
  readonly id: Digest;
  readonly configText: string;
  /** Canonical, with a tag: `docker.io/library/busybox:latest`. */
  readonly tags: readonly string[];
  /** Canonical, with the digest of the manifest it was pulled by: `docker.io/library/busybox@sha256:…`. */
  readonly digests: readonly string[];
  /** Milliseconds since 1970; undefined when it never had a name. */
  readonly lastTagMs: number | undefined;
  /** Removed by force while containers use it: gone for people, there for those containers until the last is removed. */
  readonly isRemoved: boolean;
}

export interface StoredImage extends ImageRecord {
  readonly config: ImageConfig;
  /** Of all layers' uncompressed tars. */
  readonly sizeBytes: number;
}
