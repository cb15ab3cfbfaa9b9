import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ErofsReader } from "../../erofs/read-erofs.ts";
import { writeErofs } from "../../erofs/write-erofs.ts";
import { MemoryArea } from "../../store/memory-area.ts";
import { MemoryFile } from "../../store/memory-file.ts";
import { type ShippedImageEntry, shipImage } from "./ship-image.ts";
import { parseShippedLibrary } from "./shipped-library.ts";
import { bytesOf, streamed, tarOf, testImage, textOf } from "./testing/test-archive.ts";
import { collect, everything, nobody, testImages } from "./testing/test-images.ts";

const image = testImage([tarOf({ "bin/sh": "#!", noise: noise(300_000) }), tarOf({ "etc/motd": "hi" })]);

async function shipped() {
  const files = new Map<string, Uint8Array>();
  const layers = [];
  for (const tar of image.layers) {
    const erofs = new MemoryFile();
    await writeErofs(streamed(tar, 65_536), erofs);
    layers.push({ erofs, tarBytes: tar.byteLength });
  }
  const entry = await shipImage(
    { name: "app", tags: ["app:latest", "app:1"], configBytes: image.configBytes, layers },
    async (file, bytes) => void files.set(file, bytes),
    { groupBytes: 100_000 },
  );
  const reads: string[] = [];
  const assets = {
    read: async (name: string, offset: number, length: number) => {
      reads.push(name);
      const file = files.get(name);
      if (file === undefined) throw new Error("404");
      return file.slice(offset, offset + length);
    },
  };
  return { entry, files, assets, reads, library: await libraryOf(entry) };
}

function libraryOf(...images: ShippedImageEntry[]) {
  return parseShippedLibrary(bytesOf({ version: 1, images }));
}

const statuses = (progress: readonly { status?: string }[]) => progress.map(({ status }) => status);

describe("pullImage() of an image that ships", () => {
  it("makes the image without fetching anything; layers are fetched when they are read", async () => {
    const { assets, reads, library, entry } = await shipped();
    const images = await testImages({ library, assets });
    expect(await images.port.list({ all: true, filters: new Map() })).toEqual([]);
    await expect(images.port.resolve("app")).rejects.toThrow("No such image: app:latest");
    const progress = await collect(images.port.pull("app", ""));
    expect(statuses(progress)).toEqual([
      "Pulling from library/app",
      "Pull complete",
      "Pull complete",
      `Digest: ${entry.manifestDigest}`,
      "Status: Downloaded newer image for app:latest",
    ]);
    expect(progress[0]?.id).toBe("latest");
    expect(reads).toEqual([]);
    const runnable = await images.port.resolve("app");
    const reader = await ErofsReader.open(runnable.layers[0]!.source);
    expect(await textOf((await reader.find("bin/sh"))!.content())).toBe("#!");
    expect(reads.length).toBeGreaterThan(2);
    expect(await images.port.inspect("app")).toMatchObject({
      id: image.id,
      repoTags: ["app:latest"],
      repoDigests: [`app@${entry.manifestDigest}`],
    });
    expect((await images.port.inspect(`app@${entry.manifestDigest}`)).id).toBe(image.id);
  });

  it("says when nothing is new, and adds names to the image that is there", async () => {
    const { assets, library } = await shipped();
    const images = await testImages({ library, assets });
    await collect(images.port.pull("app", ""));
    expect(statuses(await collect(images.port.pull("app", "linux/386"))).slice(1)).toEqual([
      "Already exists",
      "Already exists",
      expect.stringMatching(/^Digest: /),
      "Status: Image is up to date for app:latest",
    ]);
    await collect(images.port.pull("app:1", ""));
    expect((await images.port.inspect("app")).repoTags).toEqual(["app:1", "app:latest"]);
  });

  it.each([
    [
      "nosuch",
      "",
      "pull access denied for nosuch, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
    ],
    ["app:9", "", "manifest for app:9 not found: manifest unknown: manifest unknown"],
    ["app", "linux/amd64", "no matching manifest for linux/amd64 in the manifest list entries"],
    ["App", "", "invalid reference format: repository name (library/App) must be lowercase"],
  ])("refuses %s %s", async (name, platform, message) => {
    const { assets, library } = await shipped();
    const images = await testImages({ library, assets });
    await expect(collect(images.port.pull(name, platform))).rejects.toThrow(message);
    expect(await everything(images)).toEqual({ files: [], records: [] });
  });

  it("uses the files of a newer page for a record of an older one", async () => {
    const { assets, library } = await shipped();
    const area = new MemoryArea();
    const old = await testImages({ area, library, assets });
    await collect(old.port.pull("app", ""));
    await old.records.close();
    const { files, ...newer } = await shipped();
    const manifest = { ...newer.entry.layers[0]!.manifest, file: "renamed.json" };
    files.set("renamed.json", files.get(newer.entry.layers[0]!.manifest.file)!);
    files.delete(newer.entry.layers[0]!.manifest.file);
    const [first, ...rest] = newer.entry.layers;
    const entry = { ...newer.entry, layers: [{ ...first!, manifest }, ...rest] };
    const images = await testImages({ area, library: await libraryOf(entry), assets: newer.assets });
    const { layers } = await images.port.resolve("app");
    expect(layers[0]!.source.sizeBytes).toBe(first!.erofsBytes);
  });

  it("names the file that is missing or damaged, and recovers", async () => {
    const { assets, files, library, entry } = await shipped();
    const images = await testImages({ library, assets });
    await collect(images.port.pull("app", ""));
    const { file } = entry.layers[0]!.manifest;
    const good = files.get(file)!;
    files.delete(file);
    await expect(images.port.resolve("app")).rejects.toMatchObject({
      code: "unavailable",
      message: `cannot fetch ${file}: 404`,
    });
    files.set(
      file,
      good.map((byte) => byte ^ 1),
    );
    await expect(images.port.resolve("app")).rejects.toMatchObject({ code: "corrupt" });
    files.set(file, good);
    await images.port.resolve("app");
  });

  it("is removed like any other", async () => {
    const { assets, library } = await shipped();
    const images = await testImages({ library, assets });
    await collect(images.port.pull("app", ""));
    await images.port.remove("app", { force: false, usersOf: nobody });
    expect(await everything(images)).toEqual({ files: [], records: [] });
  });
});

describe("shipImage()", () => {
  it("is the same every time", async () => {
    const [one, other] = [await shipped(), await shipped()];
    expect(one.entry).toEqual(other.entry);
    expect([...one.files.keys()]).toEqual([...other.files.keys()]);
  });
});

describe("parseShippedLibrary()", () => {
  it("refuses anything but a library", async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), async (text) => {
        await expect(parseShippedLibrary(bytesOf(text))).rejects.toMatchObject({ code: "corrupt" });
      }),
    );
    const { entry } = await shipped();
    await expect(libraryOf({ ...entry, layers: entry.layers.slice(1) })).rejects.toThrow(
      /not those of its configuration/,
    );
    const escaped = entry.layers.map((layer) => ({
      ...layer,
      manifest: { ...layer.manifest, file: "../x" },
    }));
    await expect(libraryOf({ ...entry, layers: escaped })).rejects.toThrow(/manifest's file/);
  });
});

function noise(length: number): Uint8Array {
  let seed = 7;
  return Uint8Array.from({ length }, () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed >>> 24;
  });
}
