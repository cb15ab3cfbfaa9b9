// Which versions of the Engine API are spoken, and the headers that say so on every reply.

import { EngineError } from "../base/errors.ts";

/** Minor versions of 1.x. */
export const API_VERSION = 51;
export const MIN_API_VERSION = 24;
/** The Docker Engine whose behaviour this one follows. */
export const ENGINE_VERSION = "28.3.3";

export const API_HEADERS: Readonly<Record<string, string>> = {
  "Api-Version": `1.${API_VERSION}`,
  "Docker-Experimental": "false",
  Ostype: "linux",
  Server: `Docker/${ENGINE_VERSION} (linux)`,
};

/** `/v1.43/containers/json` → 43 and the rest; without a version the newest. Throws Docker's words. */
export function splitVersion(path: string): { version: number; path: string } {
  const match = /^\/v(\d{1,9})\.(\d{1,9})(\/.*)$/.exec(path);
  if (!match) return { version: API_VERSION, path };
  const [, major = "0", minor = "0", rest = "/"] = match;
  const text = `${Number(major)}.${Number(minor)}`;
  if (Number(major) > 1 || (Number(major) === 1 && Number(minor) > API_VERSION))
    throw new EngineError(
      "invalid-argument",
      `client version ${text} is too new. Maximum supported API version is 1.${API_VERSION}`,
    );
  if (Number(major) < 1 || Number(minor) < MIN_API_VERSION)
    throw new EngineError(
      "invalid-argument",
      `client version ${text} is too old. Minimum supported API version is 1.${MIN_API_VERSION}, please upgrade your client to a newer version`,
    );
  return { version: Number(minor), path: rest };
}
