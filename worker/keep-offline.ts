// Fetches every file of the machine and of images that ship, so that they work without a network.

import { EngineError, messageOf } from "./base/errors.ts";
import { parseShippedLibrary } from "./engine/images/shipped-library.ts";
import { parseMachineAssets } from "./machine/machine-assets.ts";
import { type AssetCache, isAsNamed } from "./store/asset-cache.ts";
import { groupBytes, parseChunkManifest } from "./store/chunk-manifest.ts";

export interface OfflineProgress {
  readonly keptBytes: number;
  readonly totalBytes: number;
}

export interface AssetSource {
  /** As kept, else from the server. */
  read(name: string): Promise<Uint8Array<ArrayBuffer>>;
  fetch(name: string): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * `image`: the id of the only one that is wanted; all when left out. Of an image that did not ship there is nothing to fetch. Rejects with
 * EngineError: `unavailable` without storage or network, `out-of-space`, `cancelled`. What was fetched stays.
 */
export async function keepOffline(
  source: AssetSource,
  cache: AssetCache,
  image: string | undefined,
  onProgress: (progress: OfflineProgress) => void,
  signal: AbortSignal,
): Promise<void> {
  if (!cache.available)
    throw new EngineError("unavailable", "This browser gives the page no storage to keep files in");
  const files = await filesOf(source, image);
  const totalBytes = [...files.values()].reduce((sum, bytes) => sum + bytes, 0);
  let keptBytes = 0;
  onProgress({ keptBytes, totalBytes });
  for (const [name, sizeBytes] of files) {
    if (signal.aborted) throw new EngineError("cancelled", "Stopped; what was fetched so far is kept");
    // Read, and not only looked for: what is damaged is no file to rely on.
    if ((await cache.get(name)) === undefined) await keep(source, cache, name);
    keptBytes += sizeBytes;
    onProgress({ keptBytes, totalBytes });
  }
}

async function keep(source: AssetSource, cache: AssetCache, name: string): Promise<void> {
  const bytes = await source.fetch(name);
  if (!(await isAsNamed(name, bytes))) throw new EngineError("corrupt", `${name} is damaged on the server`);
  try {
    await cache.put(name, bytes, true);
  } catch (cause) {
    throw new EngineError("out-of-space", `No space left in this browser: ${messageOf(cause)}`, { cause });
  }
}

/** Names and sizes; the chunks' sizes are those of the manifests. */
async function filesOf(source: AssetSource, image: string | undefined): Promise<Map<string, number>> {
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const assets = parseMachineAssets(text(await source.read("machine.json")));
  const files = new Map<string, number>();
  const manifests = [assets.system];
  const { snapshot, dataDisk, smallerDataDisks = [], library: images } = assets;
  for (const entry of [snapshot, dataDisk, ...smallerDataDisks, ...(images ? [images] : [])])
    files.set(entry.file, entry.sizeBytes);
  if (assets.library) {
    const library = await parseShippedLibrary(await source.read(assets.library.file));
    const wanted = library.images.filter(({ id }) => image === undefined || id === image);
    for (const { content } of wanted.flatMap(({ layers }) => layers))
      if (content.kind === "shipped") manifests.push(content.manifest);
  }
  for (const { file, sizeBytes } of manifests) {
    files.set(file, sizeBytes);
    const manifest = parseChunkManifest(text(await source.read(file)), file);
    for (const group of manifest.groups) files.set(group.file, groupBytes(group.chunks));
  }
  return files;
}
