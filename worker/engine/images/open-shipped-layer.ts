// Opens a layer that ships: its chunk manifest is fetched and checked at the first use, its chunks when the guest reads them.

import { EngineError, messageOf } from "../../base/errors.ts";
import { MAX_DOCUMENT_BYTES } from "../../oci/json-document.ts";
import type { AssetReader } from "../../store/asset-reader.ts";
import type { ByteCache } from "../../store/byte-cache.ts";
import { parseChunkManifest } from "../../store/chunk-manifest.ts";
import { ChunkedSource } from "../../store/chunked-source.ts";
import { sha256Of } from "../../store/sha256.ts";
import type { AssetFile } from "./layer-record.ts";
import type { OpenShippedLayer } from "./layer-store.ts";
import type { ShippedLibrary } from "./shipped-library.ts";

export function shippedLayerOpener(
  library: ShippedLibrary,
  assets: AssetReader | undefined,
  caches: { readonly groupCache: ByteCache; readonly chunkCache: ByteCache },
): OpenShippedLayer {
  return async (diffId, recorded) => {
    if (assets === undefined)
      throw new EngineError("unavailable", `layer ${diffId} does not ship with this page`);
    const current = library.layer(diffId)?.content;
    const manifest = current?.kind === "shipped" ? current.manifest : recorded;
    const text = new TextDecoder().decode(await readManifest(assets, manifest));
    return ChunkedSource.create(parseChunkManifest(text, manifest.file), { assets, ...caches });
  };
}

async function readManifest(
  assets: AssetReader,
  { file, sizeBytes, sha256 }: AssetFile,
): Promise<Uint8Array> {
  if (sizeBytes > MAX_DOCUMENT_BYTES) throw new EngineError("corrupt", `${file} is too large`);
  let bytes: Uint8Array;
  try {
    bytes = await assets.read(file, 0, sizeBytes);
  } catch (cause) {
    throw new EngineError("unavailable", `cannot fetch ${file}: ${messageOf(cause)}`, { cause });
  }
  if ((await sha256Of(bytes)) !== sha256)
    throw new EngineError("corrupt", `${file} is damaged: it is not ${sha256}`);
  return bytes;
}
