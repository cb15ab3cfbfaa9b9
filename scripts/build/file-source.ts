// A file of the build as a LayerSource.

import { readFile } from "node:fs/promises";
import type { LayerSource } from "../../worker/store/layer-source.ts";

/** The whole file in memory, as zeros to the next multiple of 4096. */
export async function fileSource(path: string): Promise<LayerSource> {
  const content = await readFile(path);
  const sizeBytes = Math.ceil(content.byteLength / 4096) * 4096;
  const bytes = new Uint8Array(sizeBytes);
  bytes.set(content);
  const readNow = (offset: number, lengthBytes: number) => bytes.subarray(offset, offset + lengthBytes);
  return { sizeBytes, readNow, read: async (offset, lengthBytes) => readNow(offset, lengthBytes) };
}
