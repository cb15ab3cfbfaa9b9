// The platform in a browser's worker: assets by fetch from the folder that the page names, or as kept from an earlier time.

import { EngineError, messageOf } from "./base/errors.ts";
import { jitPolicyFor } from "./machine/jit-governor.ts";
import type { OutsideAccess } from "./outside/outside-access.ts";
import type { Assets, OnAssetPart, Platform } from "./platform.ts";
import type { AssetCache } from "./store/asset-cache.ts";
import type { FileArea } from "./store/byte-file.ts";
import { readBody } from "./store/read-body.ts";

/** `assetsUrl` ends with a slash. */
export function browserAssets(assetsUrl: string, cache: AssetCache): Assets {
  return {
    async readAsset(name, onPart) {
      const kept = await cache.get(name, onPart);
      if (kept !== undefined) return kept;
      const bytes = await fetchFromFolder(assetsUrl, name, onPart);
      void cache.put(name, bytes);
      return bytes;
    },
  };
}

/** `hasRoom`: as Platform's. */
export function browserPlatform(
  assets: Assets,
  files: FileArea,
  outside: OutsideAccess | undefined,
  hasRoom: (bytes: number) => Promise<boolean>,
): Platform {
  return {
    ...assets,
    outside,
    files,
    hasRoom,
    jit: jitPolicyFor(navigator.userAgent),
    randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
    now: () => Date.now(),
  };
}

/** From the server, or the browser's own cache of it. Rejects with EngineError("not-found" | "unavailable"). */
export function fetchFromFolder(
  assetsUrl: string,
  name: string,
  onPart?: OnAssetPart,
): Promise<Uint8Array<ArrayBuffer>> {
  return fetchAsset(new URL(encodeURIComponent(name), assetsUrl), onPart);
}

async function fetchAsset(url: URL, onPart?: OnAssetPart): Promise<Uint8Array<ArrayBuffer>> {
  const name = url.pathname.split("/").at(-1);
  let response: Response;
  try {
    response = await fetch(url);
  } catch (cause) {
    throw new EngineError("unavailable", `${name} cannot be fetched: ${messageOf(cause)}`, { cause });
  }
  if (!response.ok) {
    throw new EngineError(
      response.status === 404 ? "not-found" : "unavailable",
      `${name}: HTTP ${response.status}`,
    );
  }
  try {
    return await readBody(response, onPart);
  } catch (cause) {
    throw new EngineError("unavailable", `${name} ended before its end: ${messageOf(cause)}`, { cause });
  }
}
