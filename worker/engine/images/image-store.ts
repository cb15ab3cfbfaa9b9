// The images, by id and by name. A name belongs to one image: giving it to another takes it away from the first.

import { type Digest, hexOf } from "../../oci/digest.ts";
import { parseImageConfig } from "../../oci/image-config.ts";
import type { RecordPort } from "../record-port.ts";
import type { ImageRecord, StoredImage } from "./image-record.ts";
import type { LayerStore } from "./layer-store.ts";

const PREFIX = "images/";

export class ImageStore {
  readonly layers: LayerStore;
  readonly #records: RecordPort;
  readonly #images = new Map<Digest, StoredImage>();

  private constructor(records: RecordPort, layers: LayerStore) {
    this.#records = records;
    this.layers = layers;
  }

  /** Images that lost a layer are forgotten, layers that are no image's are removed. */
  static async open(records: RecordPort, layers: LayerStore): Promise<ImageStore> {
    const store = new ImageStore(records, layers);
    for (const key of await records.list(PREFIX)) {
      const image = store.#complete((await records.get(key)) as ImageRecord);
      if (image === undefined) await records.delete(key);
      else store.#images.set(image.id, image);
    }
    await store.removeUnusedLayers();
    return store;
  }

  /** Those that people see, newest first. */
  list(): StoredImage[] {
    return this.all()
      .filter((image) => !image.isRemoved)
      .sort((a, b) => createdMs(b) - createdMs(a) || (a.id < b.id ? -1 : 1));
  }

  /** Those too that only their containers know. */
  all(): StoredImage[] {
    return [...this.#images.values()];
  }

  get(id: Digest): StoredImage | undefined {
    return this.#images.get(id);
  }

  /** By a canonical name with tag or digest. */
  named(name: string): StoredImage | undefined {
    return this.all().find((image) => image.tags.includes(name) || image.digests.includes(name));
  }

  /** Adds or replaces. All its layers must be there; names that it has are taken from others. */
  async put(record: ImageRecord): Promise<StoredImage> {
    const image = this.#complete(record);
    if (image === undefined) throw new Error(`a layer of ${record.id} is missing`);
    for (const other of this.all()) {
      if (other.id === record.id) continue;
      const tags = other.tags.filter((tag) => !record.tags.includes(tag));
      const digests = other.digests.filter((digest) => !record.digests.includes(digest));
      if (tags.length !== other.tags.length || digests.length !== other.digests.length)
        await this.#save({ ...other, tags, digests });
    }
    await this.#save(image);
    return image;
  }

  /** Forgets the image, and the layers that no other has. */
  async remove(id: Digest): Promise<void> {
    if (!this.#images.has(id)) return;
    await this.#records.delete(PREFIX + hexOf(id));
    this.#images.delete(id);
    await this.removeUnusedLayers();
  }

  async removeUnusedLayers(): Promise<void> {
    await this.layers.retain(new Set(this.all().flatMap((image) => image.config.diffIds)));
  }

  async #save(image: StoredImage): Promise<void> {
    const { config: _config, sizeBytes: _sizeBytes, ...record } = image;
    await this.#records.put(PREFIX + hexOf(image.id), record);
    this.#images.set(image.id, image);
  }

  #complete(record: ImageRecord): StoredImage | undefined {
    const config = parseImageConfig(new TextEncoder().encode(record.configText));
    let sizeBytes = 0;
    for (const diffId of config.diffIds) {
      const layer = this.layers.get(diffId);
      if (layer === undefined) return undefined;
      sizeBytes += layer.tarBytes;
    }
    return { ...record, config, sizeBytes };
  }
}

/** Milliseconds since 1970; 0 when the image does not say. */
export function createdMs(image: StoredImage): number {
  return image.config.created === "" ? 0 : Date.parse(image.config.created);
}
