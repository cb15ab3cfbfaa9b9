// The platform in Node: assets and state in folders; without a state folder everything is forgotten at the end.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { EngineError } from "./base/errors.ts";
import type { Platform } from "./platform.ts";
import { NodeFileArea } from "./store/file-area-node.ts";
import { MemoryArea } from "./store/memory-area.ts";

/** `assets`: a folder that the build made. `state`: a folder for what is to be kept. */
export function nodePlatform(options: { assets: string; state?: string | undefined }): Platform {
  return {
    async readAsset(name, onProgress) {
      try {
        const bytes = await readFile(join(options.assets, name));
        onProgress?.(bytes.byteLength);
        return new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);
      } catch (error) {
        throw new EngineError("not-found", `${name} is not in ${options.assets}`, { cause: error });
      }
    },
    files: options.state === undefined ? new MemoryArea() : new NodeFileArea(options.state),
    jit: "governed",
    randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
    now: () => Date.now(),
  };
}
