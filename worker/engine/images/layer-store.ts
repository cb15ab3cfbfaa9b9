// The layers of all images, by diffId, and the sources they are read from. Layers are shared; who removes an image says which
// layers are still wanted.

import { EngineError } from "../../base/errors.ts";
import { type Digest, hexOf } from "../../oci/digest.ts";
import { BlobSource } from "../../store/blob-source.ts";
import type { BlobStore } from "../../store/blob-store.ts";
import type { ByteFile } from "../../store/byte-file.ts";
import type { LayerSource } from "../../store/layer-source.ts";
import type { Sha256Digest } from "../../store/sha256.ts";
import type { RecordPort } from "../record-port.ts";
import type { AssetFile, LayerRecord } from "./layer-record.ts";

const PREFIX = "layers/";

/** Opens a layer that ships; `diffId` lets a newer page find its own files for a record that an older one wrote. */
export type OpenShippedLayer = (diffId: Digest, manifest: AssetFile) => Promise<LayerSource>;

interface OpenLayer {
  readonly source: Promise<LayerSource>;
  file: ByteFile | undefined;
}

export class LayerStore {
  readonly #records: RecordPort;
  readonly #blobs: BlobStore;
  readonly #openShipped: OpenShippedLayer;
  readonly #layers = new Map<Digest, LayerRecord>();
  readonly #open = new Map<Digest, OpenLayer>();

  private constructor(records: RecordPort, blobs: BlobStore, openShipped: OpenShippedLayer) {
    this.#records = records;
    this.#blobs = blobs;
    this.#openShipped = openShipped;
  }

  /** `blobs` holds layers only. Layers whose blob is gone are forgotten, blobs that are no layer's are removed. */
  static async open(
    records: RecordPort,
    blobs: BlobStore,
    openShipped: OpenShippedLayer,
  ): Promise<LayerStore> {
    const store = new LayerStore(records, blobs, openShipped);
    const wanted = new Set<string>();
    for (const key of await records.list(PREFIX)) {
      let layer = (await records.get(key)) as LayerRecord;
      if (layer.content.kind === "blob" && !blobs.has(layer.content.digest)) {
        await records.delete(key);
        continue;
      }
      if (layer.tarRecord !== undefined && !blobs.has(layer.tarRecord)) layer = withoutRecord(layer);
      for (const digest of blobsOf(layer)) wanted.add(digest);
      store.#layers.set(layer.diffId, layer);
    }
    for (const digest of blobs.list()) if (!wanted.has(digest)) await blobs.remove(digest);
    return store;
  }

  get(diffId: Digest): LayerRecord | undefined {
    return this.#layers.get(diffId);
  }

  async add(layer: LayerRecord): Promise<void> {
    await this.#records.put(PREFIX + hexOf(layer.diffId), layer);
    this.#layers.set(layer.diffId, layer);
  }

  /** The layer's EROFS image; opened once and kept. Rejects with EngineError("not-found" | "corrupt" | "unavailable"). */
  source(diffId: Digest): Promise<LayerSource> {
    const open = this.#open.get(diffId);
    if (open !== undefined) return open.source;
    const layer = this.#layers.get(diffId);
    if (layer === undefined)
      return Promise.reject(new EngineError("not-found", `layer ${diffId} is missing`));
    const opening: OpenLayer = {
      source: this.#openSource(layer, (file) => (opening.file = file)),
      file: undefined,
    };
    this.#open.set(diffId, opening);
    // A failure may pass, as an offline moment does.
    opening.source.catch(() => this.#open.delete(diffId));
    return opening.source;
  }

  /** Closes every source's file; reading one afterwards fails. */
  close(): void {
    for (const { file } of this.#open.values()) file?.close();
    this.#open.clear();
  }

  /** Removes every layer that is not wanted. */
  async retain(wanted: ReadonlySet<Digest>): Promise<void> {
    for (const layer of [...this.#layers.values()]) if (!wanted.has(layer.diffId)) await this.#remove(layer);
  }

  /** The blob that gives the layer's tar back together with its source; close it when done. Undefined when there is none. */
  async tarRecord(diffId: Digest): Promise<ByteFile | undefined> {
    const digest = this.#layers.get(diffId)?.tarRecord;
    return digest === undefined ? undefined : this.#blobs.open(digest);
  }

  async #remove(layer: LayerRecord): Promise<void> {
    const { diffId } = layer;
    // The record first: a blob without a record is removed at the next start, a record without its blob would be a lie.
    await this.#records.delete(PREFIX + hexOf(diffId));
    this.#layers.delete(diffId);
    this.#open.get(diffId)?.file?.close();
    this.#open.delete(diffId);
    const shared = new Set([...this.#layers.values()].flatMap(blobsOf));
    for (const digest of blobsOf(layer)) if (!shared.has(digest)) await this.#blobs.remove(digest);
  }

  async #openSource(layer: LayerRecord, onFile: (file: ByteFile) => void): Promise<LayerSource> {
    if (layer.content.kind === "shipped") return this.#openShipped(layer.diffId, layer.content.manifest);
    const file = await this.#blobs.open(layer.content.digest);
    onFile(file);
    return new BlobSource(file, layer.diffId);
  }
}

function blobsOf({ content, tarRecord }: LayerRecord): Sha256Digest[] {
  return [
    ...(content.kind === "blob" ? [content.digest] : []),
    ...(tarRecord === undefined ? [] : [tarRecord]),
  ];
}

function withoutRecord({ tarRecord: _tarRecord, ...layer }: LayerRecord): LayerRecord {
  return layer;
}
