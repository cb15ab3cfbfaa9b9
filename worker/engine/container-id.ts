// 64 hex digits, Docker's form of a container's identity.

import { EngineError } from "../base/errors.ts";
import { bytesToHex } from "../base/hex.ts";

export type ContainerId = string & { readonly __brand: "ContainerId" };

/** Throws EngineError("invalid-argument") for anything but 64 hex digits. */
export function parseContainerId(text: string): ContainerId {
  if (!/^[0-9a-f]{64}$/.test(text))
    throw new EngineError("invalid-argument", `invalid container ID: ${text}`);
  return text as ContainerId;
}

export function newContainerId(randomBytes: (count: number) => Uint8Array): ContainerId {
  return bytesToHex(randomBytes(32)) as ContainerId;
}
