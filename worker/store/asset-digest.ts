// The SHA-256 of an asset. Whoever keeps assets checks them, and whoever uses them checks them again: the same bytes are hashed once.

import { bytesToHex } from "../base/hex.ts";
import { type Sha256Digest, sha256Of } from "./sha256.ts";

const digests = new WeakMap<Uint8Array, Promise<Sha256Digest>>();

/** Of bytes that nobody changes. */
export function assetDigest(bytes: Uint8Array<ArrayBuffer>): Promise<Sha256Digest> {
  const known = digests.get(bytes) ?? hash(bytes);
  digests.set(bytes, known);
  return known;
}

async function hash(bytes: Uint8Array<ArrayBuffer>): Promise<Sha256Digest> {
  // Pages that come by plain http have no WebCrypto.
  if (globalThis.crypto?.subtle === undefined) return sha256Of(bytes);
  return `sha256:${bytesToHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)))}`;
}
