import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import type { AssetReader } from "./asset-reader.ts";
import { ByteCache } from "./byte-cache.ts";
import { type ChunkManifest, parseChunkManifest } from "./chunk-manifest.ts";
import { ChunkedSource } from "./chunked-source.ts";
import { MemoryFile } from "./memory-file.ts";
import { packChunks } from "./pack-chunks.ts";

const SIZE = 40 * 4096;
const OPTIONS = { name: "layer", chunkBytes: 4096, groupBytes: 6000 };

/** Noise (so that it does not compress), zeros in the middle, and text. */
function content(): Uint8Array {
  const bytes = new Uint8Array(SIZE);
  let seed = 1;
  for (let index = 0; index < SIZE; index++) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[index] = index < SIZE / 2 ? seed >>> 24 : index / 100;
  }
  bytes.fill(0, 4096 * 5, 4096 * 12);
  return bytes;
}

function fileOf(bytes: Uint8Array): MemoryFile {
  const file = new MemoryFile();
  file.writeAt(0, bytes);
  return file;
}

class Assets implements AssetReader {
  readonly files = new Map<string, Uint8Array>();
  readonly reads: string[] = [];
  fail: (name: string) => Error | undefined = () => undefined;

  async read(name: string, offset: number, lengthBytes: number): Promise<Uint8Array> {
    this.reads.push(name);
    await Promise.resolve();
    const error = this.fail(name);
    if (error !== undefined) throw error;
    return this.files.get(name)!.slice(offset, offset + lengthBytes);
  }
}

async function packed(): Promise<{ assets: Assets; manifest: ChunkManifest }> {
  const assets = new Assets();
  const manifest = await packChunks(
    fileOf(content()),
    async (file, bytes) => void assets.files.set(file, bytes),
    OPTIONS,
  );
  return { assets, manifest };
}

function sourceOf(manifest: ChunkManifest, assets: Assets, cacheBytes = 1 << 20) {
  const beforeRetry = vi.fn(async () => {});
  const groupCache = new ByteCache(cacheBytes);
  const chunkCache = new ByteCache(cacheBytes);
  return ChunkedSource.create(manifest, { assets, groupCache, chunkCache, beforeRetry }).then((source) => ({
    source,
    beforeRetry,
    groupCache,
    chunkCache,
  }));
}

describe("packChunks()", () => {
  it("leaves zeros out, is the same every time, and its manifest survives JSON", async () => {
    const { assets, manifest } = await packed();
    const indexes = manifest.groups.flatMap((group) => group.chunks.map((chunk) => chunk.index));
    expect(indexes).toEqual([0, 1, 2, 3, 4, ...Array.from({ length: 28 }, (_, index) => index + 12)]);
    expect(manifest.groups.length).toBeGreaterThan(3);
    const again = await packed();
    expect(again.manifest).toEqual(manifest);
    expect(again.assets.files).toEqual(assets.files);
    expect(parseChunkManifest(JSON.stringify(manifest), "m")).toEqual(manifest);
    for (const group of manifest.groups) expect(group.file).toMatch(/^layer-[0-9a-f]{16}\.bin$/);
  });
});

describe("ChunkedSource", () => {
  it("reads any range, with any size of cache", async () => {
    const { assets, manifest } = await packed();
    const expected = content();
    const sources = await Promise.all(
      [1 << 20, 9000, 0].map(async (bytes) => (await sourceOf(manifest, assets, bytes)).source),
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(SIZE), fc.nat(30_000), fc.nat(2), async (offset, length, which) => {
        const source = sources[which]!;
        const count = Math.min(length, SIZE - offset);
        const wanted = Buffer.from(expected.subarray(offset, offset + count));
        const now = source.readNow(offset, count);
        if (now !== undefined) expect(wanted.equals(now)).toBe(true);
        expect(wanted.equals(await source.read(offset, count))).toBe(true);
      }),
      { numRuns: 80 },
    );
  });

  it("fetches a group once, for everyone who waits, and then has it at hand", async () => {
    const { assets, manifest } = await packed();
    const { source, chunkCache } = await sourceOf(manifest, assets);
    expect(source.readNow(0, 100)).toBeUndefined();
    await Promise.all([source.read(0, 100), source.read(10, 100), source.read(4000, 96)]);
    expect(assets.reads).toEqual([manifest.groups[0]!.file]);
    expect(source.readNow(0, 8192)).toEqual(content().subarray(0, 8192));
    expect(chunkCache.usedBytes).toBe(8192);
  });

  it("fetches nothing for zeros", async () => {
    const { assets, manifest } = await packed();
    const { source } = await sourceOf(manifest, assets);
    expect(source.readNow(4096 * 5, 4096 * 7)).toEqual(new Uint8Array(4096 * 7));
    expect(assets.reads).toEqual([]);
  });

  it("tries three times, then says what is missing, and tries anew at the next read", async () => {
    const { assets, manifest } = await packed();
    const { source, beforeRetry } = await sourceOf(manifest, assets);
    let failures = 2;
    assets.fail = () => (failures-- > 0 ? new Error("offline") : undefined);
    expect(await source.read(0, 10)).toEqual(content().subarray(0, 10));
    expect(beforeRetry.mock.calls).toEqual([[1], [2]]);
    failures = 3;
    const later = source.read(SIZE - 10, 10);
    await expect(later).rejects.toMatchObject({
      code: "unavailable",
      message: `cannot fetch ${manifest.groups.at(-1)!.file}: offline`,
    });
    expect(await source.read(SIZE - 10, 10)).toEqual(content().subarray(-10));
  });

  it("names the chunk that is damaged, and recovers when the file is right again", async () => {
    const { assets, manifest } = await packed();
    const { source } = await sourceOf(manifest, assets);
    const group = manifest.groups[1]!;
    const good = assets.files.get(group.file)!;
    const bad = good.slice();
    bad[bad.length >> 1]! ^= 1;
    assets.files.set(group.file, bad);
    const { index } = group.chunks[0]!;
    const damaged = group.chunks.map((chunk) =>
      source.read(chunk.index * 4096, 4096).then(
        () => "",
        (error) => `${error.code} ${error.message}`,
      ),
    );
    expect((await Promise.all(damaged)).join()).toMatch(/corrupt chunk \d+ in layer-\S+\.bin is damaged/);
    assets.files.set(group.file, good);
    expect(await source.read(index * 4096, 4096)).toEqual(content().slice(index * 4096, (index + 1) * 4096));
  });

  it("does not take a file of another length", async () => {
    const { assets, manifest } = await packed();
    const { source } = await sourceOf(manifest, assets);
    assets.files.set(manifest.groups[0]!.file, new Uint8Array(5));
    await expect(source.read(0, 10)).rejects.toThrow(/5 bytes instead of/);
    expect(() => source.readNow(SIZE, 1)).toThrow(/outside of the layer/);
  });
});

describe("parseChunkManifest()", () => {
  it("accepts only manifests, whatever JSON it is given", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(() => parseChunkManifest(text, "m")).toThrow(/chunk manifest m is damaged/);
      }),
    );
  });

  it.each([
    ["two chunks of one index", { groups: [{ file: "a", chunks: [chunk(0), chunk(0)] }] }],
    ["a chunk behind the end", { groups: [{ file: "a", chunks: [chunk(2)] }] }],
    ["a path", { groups: [{ file: "../a", chunks: [] }] }],
    ["a group over 20 MB", { groups: [{ file: "a", chunks: [{ ...chunk(0), lengthBytes: 20_000_001 }] }] }],
    ["a size that is no multiple of 4096", { sizeBytes: 5000 }],
    ["a bomb of a chunk", { chunkBytes: 2 ** 30 }],
  ])("refuses %s", (_what, change) => {
    const manifest = { version: 1, sizeBytes: 8192, chunkBytes: 4096, groups: [], ...change };
    expect(() => parseChunkManifest(JSON.stringify(manifest), "m")).toThrow(/damaged/);
  });
});

function chunk(index: number) {
  return { index, lengthBytes: 5, sha256: "0".repeat(64) };
}
