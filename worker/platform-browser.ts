// The platform in a browser's worker: assets by fetch from the folder that the page names, or as kept from an earlier time.

import { EngineError, messageOf } from "./base/errors.ts";
import { chunksOf } from "./base/streams.ts";
import { jitPolicyFor } from "./machine/jit-governor.ts";
import type { OutsideAccess } from "./outside/outside-access.ts";
import type { Platform } from "./platform.ts";
import type { AssetCache } from "./store/asset-cache.ts";
import type { FileArea } from "./store/byte-file.ts";

/** `assetsUrl` ends with a slash. */
/** `assetsUrl` ends with a slash. `hasRoom`: as Platform's. */
export function browserPlatform(
  assetsUrl: string,
  files: FileArea,
  cache: AssetCache,
  outside?: OutsideAccess,
  hasRoom: (bytes: number) => Promise<boolean> = async () => true,
): Platform {
  return {
    outside,
    async readAsset(name, onProgress) {
      const kept = await cache.get(name);
      if (kept !== undefined) {
        onProgress?.(kept.byteLength);
        return kept;
      }
      const bytes = await fetchFromFolder(assetsUrl, name, onProgress);
      void cache.put(name, bytes);
      return bytes;
    },
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
  onProgress?: (loadedBytes: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  return fetchAsset(new URL(encodeURIComponent(name), assetsUrl), onProgress);
}

async function fetchAsset(
  url: URL,
  onProgress?: (loadedBytes: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const name = url.pathname.split("/").at(-1);
  let response: Response;
  try {
    response = await fetch(url);
  } catch (cause) {
    throw new EngineError("unavailable", `${name} cannot be fetched: ${messageOf(cause)}`, { cause });
  }
  if (!response.ok || response.body === null) {
    throw new EngineError(
      response.status === 404 ? "not-found" : "unavailable",
      `${name}: HTTP ${response.status}`,
    );
  }
  if (onProgress === undefined) return new Uint8Array(await response.arrayBuffer());
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let loaded = 0;
  try {
    for await (const chunk of chunksOf(response.body)) {
      parts.push(chunk as Uint8Array<ArrayBuffer>);
      loaded += chunk.byteLength;
      onProgress(loaded);
    }
  } catch (cause) {
    throw new EngineError("unavailable", `${name} ended after ${loaded} bytes: ${messageOf(cause)}`, {
      cause,
    });
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
