// A layer that ships, read at random: fetches the group that holds a chunk when the guest first reads it, keeps groups
// compressed and chunks unpacked in bounded caches, and checks each chunk's hash before any byte of it is used.

import { inflateSync } from "fflate";
import { EngineError, messageOf } from "../base/errors.ts";
import type { AssetReader } from "./asset-reader.ts";
import type { ByteCache } from "./byte-cache.ts";
import { type ChunkEntry, type ChunkGroup, type ChunkManifest, groupBytes } from "./chunk-manifest.ts";
import type { LayerSource } from "./layer-source.ts";
import { Sha256 } from "./sha256.ts";

export interface ChunkedSourceOptions {
  readonly assets: AssetReader;
  /** Of compressed groups by file, and of unpacked chunks by hash: shared among all layers. */
  readonly groupCache: ByteCache;
  readonly chunkCache: ByteCache;
  /** Before the second and the third attempt at a fetch. Waits 200 and 1,000 ms by default. */
  readonly beforeRetry?: (attempt: 1 | 2) => Promise<void>;
}

interface PlacedChunk extends ChunkEntry {
  readonly group: ChunkGroup;
  /** In the group's file. */
  readonly offset: number;
}

export class ChunkedSource implements LayerSource {
  readonly sizeBytes: number;
  readonly #chunkBytes: number;
  readonly #chunks = new Map<number, PlacedChunk>();
  readonly #options: ChunkedSourceOptions;
  readonly #hash: Sha256;
  readonly #fetches = new Map<string, Promise<Uint8Array>>();

  private constructor(manifest: ChunkManifest, options: ChunkedSourceOptions, hash: Sha256) {
    this.sizeBytes = manifest.sizeBytes;
    this.#chunkBytes = manifest.chunkBytes;
    this.#options = options;
    this.#hash = hash;
    for (const group of manifest.groups) {
      let offset = 0;
      for (const chunk of group.chunks) {
        this.#chunks.set(chunk.index, { ...chunk, group, offset });
        offset += chunk.lengthBytes;
      }
    }
  }

  static async create(manifest: ChunkManifest, options: ChunkedSourceOptions): Promise<ChunkedSource> {
    return new ChunkedSource(manifest, options, await Sha256.create());
  }

  /** Undefined also for a chunk that turns out damaged: read() then says so. */
  readNow(offset: number, lengthBytes: number): Uint8Array | undefined {
    this.#checkRange(offset, lengthBytes);
    const bytes = new Uint8Array(lengthBytes);
    for (const index of this.#indexes(offset, lengthBytes)) {
      const chunk = this.#chunks.get(index);
      if (chunk === undefined) continue;
      const unpacked = this.#atHand(chunk);
      if (unpacked === undefined) return undefined;
      this.#copy(index, unpacked, offset, bytes);
    }
    return bytes;
  }

  async read(offset: number, lengthBytes: number): Promise<Uint8Array> {
    this.#checkRange(offset, lengthBytes);
    const bytes = new Uint8Array(lengthBytes);
    const wanted = this.#indexes(offset, lengthBytes).map(async (index) => {
      const chunk = this.#chunks.get(index);
      if (chunk === undefined) return;
      this.#copy(index, this.#atHand(chunk) ?? (await this.#load(chunk)), offset, bytes);
    });
    await Promise.all(wanted);
    return bytes;
  }

  #indexes(offset: number, lengthBytes: number): number[] {
    const first = Math.floor(offset / this.#chunkBytes);
    const end = Math.ceil((offset + lengthBytes) / this.#chunkBytes);
    return Array.from({ length: Math.max(0, end - first) }, (_, index) => first + index);
  }

  /** Copies what chunk `index` has of the range that starts at `offset` into `bytes`. */
  #copy(index: number, chunk: Uint8Array, offset: number, bytes: Uint8Array): void {
    const start = index * this.#chunkBytes;
    const from = Math.max(0, offset - start);
    const to = Math.min(chunk.byteLength, offset + bytes.byteLength - start);
    bytes.set(chunk.subarray(from, to), start + from - offset);
  }

  #atHand(chunk: PlacedChunk): Uint8Array | undefined {
    const cached = this.#options.chunkCache.get(chunk.sha256);
    if (cached !== undefined) return cached;
    const group = this.#options.groupCache.get(chunk.group.file);
    return group && this.#unpack(chunk, group);
  }

  async #load(chunk: PlacedChunk): Promise<Uint8Array> {
    const { groupCache } = this.#options;
    const { file } = chunk.group;
    let fetching = this.#fetches.get(file);
    if (fetching === undefined) {
      fetching = this.#fetch(chunk.group).finally(() => this.#fetches.delete(file));
      this.#fetches.set(file, fetching);
    }
    const unpacked = this.#unpack(chunk, await fetching);
    if (unpacked !== undefined) return unpacked;
    // The next read fetches it again: a cache on the way may have had the damage.
    groupCache.delete(file);
    throw new EngineError(
      "corrupt",
      `chunk ${chunk.index} in ${file} is damaged: it is not sha256:${chunk.sha256}`,
    );
  }

  async #fetch(group: ChunkGroup): Promise<Uint8Array> {
    const expected = groupBytes(group.chunks);
    for (let attempt = 0; ; attempt++) {
      try {
        const bytes = await this.#options.assets.read(group.file, 0, expected);
        if (bytes.byteLength !== expected)
          throw new Error(`${bytes.byteLength} bytes instead of ${expected}`);
        this.#options.groupCache.put(group.file, bytes);
        return bytes;
      } catch (cause) {
        if (attempt === 2)
          throw new EngineError("unavailable", `cannot fetch ${group.file}: ${messageOf(cause)}`, { cause });
        await (this.#options.beforeRetry ?? waitBeforeRetry)(attempt === 0 ? 1 : 2);
      }
    }
  }

  /** Undefined when it is not what the manifest says. */
  #unpack(chunk: PlacedChunk, group: Uint8Array): Uint8Array | undefined {
    const length = Math.min(this.#chunkBytes, this.sizeBytes - chunk.index * this.#chunkBytes);
    let unpacked: Uint8Array;
    try {
      // An output of a fixed size: nothing unfolds to more than a chunk.
      unpacked = inflateSync(group.subarray(chunk.offset, chunk.offset + chunk.lengthBytes), {
        out: new Uint8Array(length),
      });
    } catch {
      return undefined;
    }
    if (unpacked.byteLength !== length) return undefined;
    if (this.#hash.update(unpacked).finish() !== `sha256:${chunk.sha256}`) return undefined;
    this.#options.chunkCache.put(chunk.sha256, unpacked);
    return unpacked;
  }

  #checkRange(offset: number, lengthBytes: number): void {
    if (offset < 0 || lengthBytes < 0 || offset + lengthBytes > this.sizeBytes)
      throw new EngineError("invalid-argument", `outside of the layer: ${lengthBytes} bytes at ${offset}`);
  }
}

function waitBeforeRetry(attempt: 1 | 2): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, attempt === 1 ? 200 : 1000));
}
