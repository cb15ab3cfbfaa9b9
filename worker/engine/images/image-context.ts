// What the verbs on images work on: the stores, and ports to the parts of the engine that images do not know.

import { Mutex } from "../../base/mutex.ts";
import type { AssetReader } from "../../store/asset-reader.ts";
import type { BlobStore } from "../../store/blob-store.ts";
import { ByteCache } from "../../store/byte-cache.ts";
import { type Clock, systemClock } from "../clock.ts";
import type { EventLog } from "../events/event-log.ts";
import type { RecordPort } from "../record-port.ts";
import { ImageStore } from "./image-store.ts";
import { LayerStore } from "./layer-store.ts";
import { shippedLayerOpener } from "./open-shipped-layer.ts";
import { emptyLibrary, type ShippedLibrary } from "./shipped-library.ts";

export interface ImageLimits {
  /** Of an archive that is loaded, unpacked once. */
  readonly archiveBytes: number;
  /** Of one layer's uncompressed tar. */
  readonly layerBytes: number;
}

export type FetchFile = (
  url: string,
  options: { readonly signal: AbortSignal; readonly credentials: "omit" },
) => Promise<Response>;

export interface ImageContext {
  readonly store: ImageStore;
  readonly blobs: BlobStore;
  readonly library: ShippedLibrary;
  readonly clock: Clock;
  readonly events: Pick<EventLog, "emit">;
  readonly limits: ImageLimits;
  /** The web, as far as it lets itself be read. */
  readonly fetch: FetchFile;
  /** Changes happen one after another: each consists of several records. */
  readonly changes: Mutex;
}

export interface ImagePorts {
  readonly records: RecordPort;
  /** For layers, and nothing else. */
  readonly blobs: BlobStore;
  /** Asked at each event: the engine's log may be made after this. */
  readonly events: Pick<EventLog, "emit">;
  /** Both or neither: the images that ship and where their files are. */
  readonly library?: ShippedLibrary;
  readonly assets?: AssetReader;
  readonly clock?: Clock;
  readonly limits?: Partial<ImageLimits>;
  /** The platform's own by default. */
  readonly fetch?: FetchFile;
  /** Memory for what is read of shipped layers; 32 MiB by default, half of it for unpacked chunks. */
  readonly cacheBytes?: number;
}

const GIB = 2 ** 30;

export async function createImageContext(ports: ImagePorts): Promise<ImageContext> {
  const library = ports.library ?? emptyLibrary;
  const cacheBytes = ports.cacheBytes ?? 32 * 1_048_576;
  const openShipped = shippedLayerOpener(library, ports.assets, {
    groupCache: new ByteCache(cacheBytes / 2),
    chunkCache: new ByteCache(cacheBytes / 2),
  });
  const layers = await LayerStore.open(ports.records, ports.blobs, openShipped);
  return {
    store: await ImageStore.open(ports.records, layers),
    blobs: ports.blobs,
    library,
    clock: ports.clock ?? systemClock,
    events: ports.events,
    limits: { archiveBytes: 8 * GIB, layerBytes: 8 * GIB, ...ports.limits },
    fetch: ports.fetch ?? ((url, options) => fetch(url, options)),
    changes: new Mutex(),
  };
}
