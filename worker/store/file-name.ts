// The names a FileArea accepts: one rule for every implementation, so that what works in memory works in OPFS.

import { EngineError } from "../base/errors.ts";

const NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/;

/** Throws EngineError("invalid-argument"). */
export function checkFileName(name: string): string {
  if (!NAME.test(name)) throw new EngineError("invalid-argument", `not a file name: ${JSON.stringify(name)}`);
  return name;
}

export function isFileName(name: string): boolean {
  return NAME.test(name);
}

/** Throws EngineError("invalid-argument") for anything but a whole number of bytes from 0. */
export function checkByteCount(value: number, what: string): void {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new EngineError("invalid-argument", `${what} is not a byte count: ${value}`);
}
