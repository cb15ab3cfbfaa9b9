// A pointer to content by digest and size: OCI image spec, "Content Descriptors".

import { type Digest, isDigest } from "./digest.ts";
import { asObject, field, integerField, malformed, stringField, stringMapField } from "./json-document.ts";
import { type Platform, parsePlatform } from "./platform.ts";

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly sizeBytes: number;
  /** In an index: what the manifest is for. */
  readonly platform: Platform | undefined;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Throws EngineError("corrupt"); `what` names the document it is in. */
export function parseDescriptor(value: unknown, what: string): Descriptor {
  const object = asObject(value, `${what}: descriptor`);
  const digest = stringField(object, "digest", what);
  if (!isDigest(digest)) throw malformed(what, `unusable digest ${JSON.stringify(digest.slice(0, 100))}`);
  const sizeBytes = integerField(object, "size", what);
  if (sizeBytes === undefined || sizeBytes < 0) throw malformed(what, `no size for ${digest}`);
  const platform = field(object, "platform");
  return {
    mediaType: stringField(object, "mediaType", what),
    digest,
    sizeBytes,
    platform:
      platform === undefined ? undefined : parsePlatform(asObject(platform, `${what}: platform`), what),
    annotations: stringMapField(object, "annotations", what),
  };
}
