// An asset as machine.json describes it: whole, of the right size, with the right hash.

import { EngineError } from "./base/errors.ts";
import type { AssetEntry } from "./machine/machine-assets.ts";
import type { Assets, OnAssetPart } from "./platform.ts";
import { assetDigest } from "./store/asset-digest.ts";

/** Rejects with EngineError("corrupt" | "not-found" | "unavailable"). */
export async function readCheckedAsset(
  source: Assets,
  entry: AssetEntry,
  onPart?: OnAssetPart,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await source.readAsset(entry.file, onPart);
  if (bytes.byteLength !== entry.sizeBytes) {
    throw new EngineError("corrupt", `${entry.file} has ${bytes.byteLength} bytes, not ${entry.sizeBytes}`);
  }
  if ((await assetDigest(bytes)) !== entry.sha256) {
    throw new EngineError("corrupt", `${entry.file} is damaged: its SHA-256 is not the one in machine.json`);
  }
  return bytes;
}
