// Content digests, OCI image spec "Digests": `sha256:` and 64 lower-case hex digits. Only SHA-256 is in use, so nothing else is taken.

import { EngineError } from "../base/errors.ts";

export type Digest = `sha256:${string}` & { readonly __brand: "Digest" };

/** Throws EngineError("invalid-argument") in Docker's words. */
export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text;
  const colon = text.indexOf(":");
  if (colon <= 0) throw new EngineError("invalid-argument", "invalid checksum digest format");
  const algorithm = text.slice(0, colon);
  if (algorithm !== "sha256") throw new EngineError("invalid-argument", "unsupported digest algorithm");
  if (text.length !== "sha256:".length + 64)
    throw new EngineError("invalid-argument", "invalid checksum digest length");
  throw new EngineError("invalid-argument", "invalid checksum digest format");
}

export function isDigest(text: string): text is Digest {
  return /^sha256:[0-9a-f]{64}$/.test(text);
}

/** The 64 hex digits. */
export function hexOf(digest: Digest): string {
  return digest.slice("sha256:".length);
}
