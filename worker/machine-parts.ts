// What a machine is made of, fetched all at once; the snapshot, by far the largest part, is restored while it still comes.

import { ArrivingSnapshot } from "./arriving-snapshot.ts";
import { readCheckedAsset } from "./checked-asset.ts";
import { parseShippedLibrary } from "./engine/images/shipped-library.ts";
import { type AssetEntry, parseMachineAssets } from "./machine/machine-assets.ts";
import type { Assets, OnAssetPart } from "./platform.ts";
import type { AssetReader } from "./store/asset-reader.ts";
import { ByteCache } from "./store/byte-cache.ts";
import { parseChunkManifest } from "./store/chunk-manifest.ts";
import { ChunkedSource } from "./store/chunked-source.ts";

const SYSTEM_CACHE_BYTES = 16 * 1_048_576;

export type PartsProgress =
  | {
      readonly step: "fetching";
      readonly what: string;
      readonly loadedBytes: number;
      readonly totalBytes: number;
    }
  /** Everything has come. */
  | { readonly step: "restoring" };

export type MachineParts = Awaited<ReturnType<typeof fetchMachine>>;

/** Resolves when all but the snapshot is there. Rejects with EngineError. */
export async function fetchMachine(source: Assets, onProgress: (progress: PartsProgress) => void = () => {}) {
  const assets = parseMachineAssets(new TextDecoder().decode(await source.readAsset("machine.json")));
  const { v86, snapshot, system, library } = assets;
  const entries = [v86, snapshot, system, ...(library ? [library] : [])];
  const totalBytes = entries.reduce((sum, entry) => sum + entry.sizeBytes, 0);
  const loaded = new Map<string, number>();
  const read = (entry: AssetEntry, onPart?: OnAssetPart) =>
    readCheckedAsset(source, entry, (part, offset) => {
      loaded.set(entry.file, offset + part.byteLength);
      const loadedBytes = [...loaded.values()].reduce((sum, bytes) => sum + bytes, 0);
      onProgress({ step: "fetching", what: "the machine", loadedBytes, totalBytes });
      onPart?.(part, offset);
    });
  const arriving = new ArrivingSnapshot((onPart) => read(snapshot, onPart), assets.snapshotBytes);
  const rest = Promise.all([
    read(v86).then(compileGzipped),
    read(system),
    library ? read(library).then(parseShippedLibrary) : undefined,
  ]);
  Promise.all([arriving.whole, rest]).then(
    () => onProgress({ step: "restoring" }),
    () => {}, // is told where each is awaited
  );
  const [compiled, manifest, shipped] = await rest;
  const disk = await ChunkedSource.create(
    parseChunkManifest(new TextDecoder().decode(manifest), system.file),
    {
      assets: assetReader(source),
      groupCache: new ByteCache(SYSTEM_CACHE_BYTES),
      chunkCache: new ByteCache(SYSTEM_CACHE_BYTES),
    },
  );
  return { assets, v86: compiled, snapshot: arriving, system: disk, library: shipped };
}

async function compileGzipped(packed: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module> {
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return WebAssembly.compile(await new Response(unpacked).arrayBuffer());
}

export function assetReader(source: Assets): AssetReader {
  return {
    async read(name, offset, lengthBytes) {
      const file = await source.readAsset(name);
      return file.subarray(offset, offset + lengthBytes);
    },
  };
}
