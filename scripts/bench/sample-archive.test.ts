import { describe, expect, it } from "vitest";
import { streamOf } from "../../worker/base/streams.ts";
import { readTar } from "../../worker/tar/read-tar.ts";
import type { TarEntry } from "../../worker/tar/tar-entry.ts";
import { sampleArchive, sampleLayer } from "./sample-archive.ts";

async function entriesOf(tar: Uint8Array): Promise<TarEntry[]> {
  const entries: TarEntry[] = [];
  await readTar(streamOf(tar), {
    entry: (entry) => void entries.push(entry),
    data() {},
    hole() {},
    end() {},
  });
  return entries;
}

describe("sampleLayer()", () => {
  it("has as much content as asked, in files of many sizes, folders and links", async () => {
    const entries = await entriesOf(await sampleLayer(1, 3_000_000));
    const sizes = entries.filter(({ type }) => type === "file").map(({ sizeBytes }) => sizeBytes);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(3_000_000);
    expect(new Set(sizes).size).toBeGreaterThan(20);
    expect(new Set(entries.map(({ type }) => type))).toEqual(new Set(["file", "directory", "symlink"]));
  });

  it("is the same for a seed, and another for another", async () => {
    const [one, again, other] = await Promise.all([1, 1, 2].map((seed) => sampleLayer(seed, 100_000)));
    expect(one).toEqual(again);
    expect(one).not.toEqual(other);
  });
});

describe("sampleArchive()", () => {
  it("has a configuration, a layer and a manifest", async () => {
    const entries = await entriesOf(await sampleArchive("sample:1", await sampleLayer(1, 10_000)));
    expect(entries.map(({ path }) => path)).toEqual([
      expect.stringMatching(/^[0-9a-f]{64}\.json$/),
      "layer/layer.tar",
      "manifest.json",
    ]);
  });
});
