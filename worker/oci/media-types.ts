// The media types of manifests, indexes and layers: OCI image spec, "Media Types", and Docker's older names for the same.

export type DocumentKind = "manifest" | "index";

const DOCUMENTS: Readonly<Record<string, DocumentKind>> = {
  "application/vnd.oci.image.manifest.v1+json": "manifest",
  "application/vnd.oci.image.index.v1+json": "index",
  "application/vnd.docker.distribution.manifest.v2+json": "manifest",
  "application/vnd.docker.distribution.manifest.list.v2+json": "index",
};

const CONFIGS: ReadonlySet<string> = new Set([
  "application/vnd.oci.image.config.v1+json",
  "application/vnd.docker.container.image.v1+json",
]);

/** Undefined for what is neither manifest nor index. */
export function documentKind(mediaType: string): DocumentKind | undefined {
  return Object.hasOwn(DOCUMENTS, mediaType) ? DOCUMENTS[mediaType] : undefined;
}

export function isImageConfig(mediaType: string): boolean {
  return CONFIGS.has(mediaType);
}

/** A tar, compressed or not; what compression is told by its first bytes, as Docker does. */
export function isLayer(mediaType: string): boolean {
  return (
    /^application\/vnd\.oci\.image\.layer\.(?:nondistributable\.)?v1\.tar(?:\+gzip|\+zstd)?$/.test(
      mediaType,
    ) ||
    /^application\/vnd\.docker\.image\.rootfs\.(?:foreign\.)?diff\.tar(?:\.gzip|\.zstd)?$/.test(mediaType)
  );
}

/** For a registry's Accept header, best first. */
export const DOCUMENT_MEDIA_TYPES: readonly string[] = Object.keys(DOCUMENTS);
