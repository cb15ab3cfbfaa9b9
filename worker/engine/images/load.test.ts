import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { gzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { ErofsReader } from "../../erofs/read-erofs.ts";
import { MemoryArea } from "../../store/memory-area.ts";
import { tarEntry } from "../../tar/tar-entry.ts";
import { loadImages } from "./load.ts";
import {
  bytesOf,
  digestOf,
  dockerArchive,
  type Files,
  hex,
  layoutFiles,
  oldDockerArchive,
  streamed,
  tarOf,
  testImage,
  textOf,
} from "./testing/test-archive.ts";
import { collect, everything, load, NOW, type TestImages, testImages } from "./testing/test-images.ts";

const base = tarOf({ "etc/passwd": "root:x:0:0\n", "bin/sh": "#!", big: new Uint8Array(200_000).fill(7) });
const top = tarOf({ "etc/motd": "hello", "etc/.wh.passwd": "" }, [
  tarEntry({ path: "bin/ash", type: "hardlink", linkPath: "bin/sh" }),
]);
const image = testImage([base, top]);
const GZIP = "application/vnd.oci.image.layer.v1.tar+gzip";
const ZSTD = "application/vnd.oci.image.layer.v1.tar+zstd";
const named = { "io.containerd.image.name": "docker.io/library/app:1" };
const gzipped = layoutFiles(image, named, (bytes) => ({ bytes: gzipSync(bytes), mediaType: GZIP }));

function streamsOf(progress: readonly { stream?: string }[]): string[] {
  return progress.flatMap(({ stream }) => (stream === undefined ? [] : [stream]));
}

async function fileText(images: TestImages, layer: number, path: string): Promise<string | undefined> {
  const { layers } = await images.port.resolve(image.id);
  const file = await (await ErofsReader.open(layers[layer]!.source)).find(path);
  return file === undefined ? undefined : textOf(file.content());
}

describe("loadImages()", () => {
  const forms: [string, Uint8Array][] = [
    ["docker save of today", tarOf(dockerArchive(image, ["app:1"]))],
    ["docker save before 25", tarOf(oldDockerArchive(image, ["app:1"]))],
    ["an OCI layout", tarOf(layoutFiles(image, named))],
    ["an OCI layout with names beginning with ./", tarOf(prefixed(layoutFiles(image, named)))],
    ["an OCI layout of gzip layers", tarOf(gzipped)],
    ["all of that gzipped again", gzipSync(tarOf(gzipped))],
  ];
  it.each(forms)("takes %s", async (_form, archive) => {
    const images = await testImages();
    const progress = await load(images, archive);
    expect(streamsOf(progress)).toEqual(["Loaded image: app:1\n"]);
    expect(progress.filter(({ status }) => status === "Loading layer").map(({ id }) => id)).toEqual(
      image.diffIds.map((diffId) => hex(diffId).slice(0, 12)),
    );
    expect(await images.port.inspect("app:1")).toMatchObject({
      id: image.id,
      repoTags: ["app:1"],
      sizeBytes: base.byteLength + top.byteLength,
      diffIds: image.diffIds,
      lastTaggedAtMs: NOW,
      config: { cmd: ["sh"], env: ["PATH=/bin"], labels: { team: "blue" } },
    });
    const runnable = await images.port.resolve("app:1");
    expect(runnable.layers.map(({ diffId }) => diffId)).toEqual(image.diffIds);
    expect(await fileText(images, 0, "etc/passwd")).toBe("root:x:0:0\n");
    expect(await fileText(images, 1, "etc/motd")).toBe("hello");
    // A hard link to a lower layer's file brings its content along.
    expect(await fileText(images, 1, "bin/ash")).toBe("#!");
    expect(images.events).toEqual([`load ${image.id}`]);
    // Of each layer the image and the record.
    expect(await images.area.folder("blobs").list()).toHaveLength(4);
  });

  it.skipIf(!hasZstd())("takes zstd, inside and around", async () => {
    const zstd = (bytes: Uint8Array) => execFileSync("zstd", ["-q", "-c"], { input: bytes });
    const files = layoutFiles(image, named, (bytes) => ({ bytes: zstd(bytes), mediaType: ZSTD }));
    const images = await testImages();
    expect(streamsOf(await load(images, zstd(tarOf(files))))).toEqual(["Loaded image: app:1\n"]);
    expect(await fileText(images, 0, "etc/passwd")).toBe("root:x:0:0\n");
    // Of each layer the image and the record.
    expect(await images.area.folder("blobs").list()).toHaveLength(4);
  });

  it("is still there after reopening", async () => {
    const area = new MemoryArea();
    const first = await testImages({ area });
    await load(first, dockerArchive(image, ["app:1"]));
    await first.records.close();
    first.context.store.layers.close();
    const again = await testImages({ area });
    expect((await again.port.list({ all: false, filters: new Map() })).map(({ id }) => id)).toEqual([
      image.id,
    ]);
    expect(await fileText(again, 1, "etc/motd")).toBe("hello");
  });

  it("says the id of an image without a name", async () => {
    const images = await testImages();
    const progress = await load(
      images,
      layoutFiles(image, { "org.opencontainers.image.ref.name": "latest" }),
    );
    expect(streamsOf(progress)).toEqual([`Loaded image ID: ${image.id}\n`]);
  });

  it("takes a name from the image that had it", async () => {
    const images = await testImages();
    await load(images, dockerArchive(image, ["app:1"]));
    const other = testImage([tarOf({ a: "b" })]);
    expect(streamsOf(await load(images, dockerArchive(other, ["app:1", "app:2"])))).toEqual([
      `The image app:1 already exists, renaming the old one with ID ${image.id} to empty string\n`,
      "Loaded image: app:1\n",
      "Loaded image: app:2\n",
    ]);
    expect((await images.port.inspect(image.id)).repoTags).toEqual([]);
    expect((await images.port.inspect("app:1")).id).toBe(other.id);
  });

  it("converts a layer once, however many images have it", async () => {
    const images = await testImages();
    await load(images, dockerArchive(testImage([base]), ["base:1"]));
    const progress = await load(images, dockerArchive(image, ["app:1"]));
    expect(progress.filter(({ status }) => status !== undefined).map(({ id }) => id)).toEqual([
      hex(image.diffIds[1]!).slice(0, 12),
    ]);
  });

  it("follows the links of old archives", async () => {
    const files = oldDockerArchive(testImage([base]), ["app:1"]);
    const path = Object.keys(files).find((name) => name.endsWith("layer.tar"))!;
    const { [path]: layer, ...rest } = files;
    const entry = tarEntry({ path, type: "symlink", linkPath: "../real/./layer.tar" });
    const images = await testImages();
    await load(images, tarOf({ ...rest, "real/layer.tar": layer! }, [entry]));
    expect((await images.port.inspect("app:1")).sizeBytes).toBe(base.byteLength);
  });

  it("takes the image for this machine out of several", async () => {
    const files = layoutFiles(image, named);
    const manifest = JSON.parse(new TextDecoder().decode(files["index.json"] as Uint8Array)).manifests[0];
    const amd64 = {
      ...manifest,
      digest: digestOf(bytesOf("none")),
      platform: { os: "linux", architecture: "amd64" },
    };
    const here = { ...manifest, platform: { os: "linux", architecture: "386" } };
    const index = (manifests: unknown[]) => ({
      ...files,
      "index.json": bytesOf({ schemaVersion: 2, manifests }),
    });
    const images = await testImages();
    expect(streamsOf(await load(images, index([amd64, here])))).toEqual(["Loaded image: app:1\n"]);
    await expect(load(images, index([amd64]))).rejects.toThrow(
      "no matching manifest for linux/386 in the manifest list entries",
    );
  });
});

describe("loadImages() of one platform", () => {
  it("loads it, and refuses another", async () => {
    const images = await testImages();
    const archive = tarOf(dockerArchive(image, ["app:1"]));
    const loaded = (architecture: string) =>
      collect(images.port.load(streamed(archive), { os: "linux", architecture, variant: "" }));
    await expect(loaded("arm64")).rejects.toThrow(
      "image with reference app:1 was found but its platform (linux/386) does not match the specified platform (linux/arm64)",
    );
    expect(streamsOf(await loaded("386"))).toContain("Loaded image: app:1\n");
  });

  it("loads what is for another machine where that is asked for", async () => {
    const images = await testImages();
    const arm = tarOf(dockerArchive(testImage([base], { architecture: "arm64" }), ["arm:1"]));
    const platform = { os: "linux", architecture: "arm64", variant: "" };
    const messages = await collect(images.port.load(streamed(arm), platform));
    expect(streamsOf(messages)).toContain("Loaded image: arm:1\n");
  });
});

describe("loadImages() of what is wrong", () => {
  const amd64 = testImage([base], { architecture: "amd64" });
  const wrongDiff = testImage([base], { rootfs: { type: "layers", diff_ids: [digestOf(bytesOf("x"))] } });
  const badTar = testImage([bytesOf("x".repeat(2000))]);
  const escaping = testImage([tarOf({ "../../etc/passwd": "x" })]);
  const cases: [string, Files | Uint8Array, RegExp][] = [
    [
      "another architecture",
      dockerArchive(amd64, ["app:1"]),
      /image with reference app:1 was found but its platform \(linux\/amd64\) does not match the specified platform \(linux\/386\)/,
    ],
    ["another diffId", oldDockerArchive(wrongDiff, ["app:1"]), /invalid diffID for layer 0: expected/],
    ["a blob with another digest", damaged(gzipped, 3), /digest|diffID|gzip|Invalid|corrupt/i],
    [
      "a config with another digest",
      damaged(dockerArchive(image, ["app:1"]), 0, hex(image.id)),
      /has the digest/,
    ],
    ["a layer that is no tar", dockerArchive(badTar, ["app:1"]), /tar|header|checksum/i],
    ["a layer that leaves the root", dockerArchive(escaping, ["app:1"]), /leave the root/],
    ["an archive that leaves the root", tarOf({ "../manifest.json": "[]" }), /leave the root/],
    [
      "a link that leaves the archive",
      tarOf({}, [tarEntry({ path: "manifest.json", type: "symlink", linkPath: "../../etc/passwd" })]),
      /leaves it/,
    ],
    [
      "links in a circle",
      tarOf({}, [tarEntry({ path: "manifest.json", type: "symlink", linkPath: "manifest.json" })]),
      /in a circle/,
    ],
    ["no manifest", { a: "b" }, /neither manifest.json nor index.json/],
    ["nothing", new Uint8Array(0), /./],
    ["a manifest that is not JSON", { "manifest.json": "{" }, /invalid manifest.json: not JSON/],
    ["a manifest without images", { "manifest.json": "[]" }, /no image is in it/],
    ["a missing config", { "manifest.json": '[{"Config":"a.json","Layers":[]}]' }, /"a.json" is missing/],
    ["a missing layer", without(oldDockerArchive(image, ["app:1"]), "layer.tar"), /layer .* is missing/],
    ["a bad name", oldDockerArchive(image, ["App:1"]), /must be lowercase/],
    ["too few layers", tooFew(), /layers length mismatch: expected 2, got 1/],
    ["xz", Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 1, 2), /xz are not supported/],
    ["a truncated archive", tarOf(dockerArchive(image, ["app:1"])).subarray(0, 100_000), /./],
    ["a truncated gzip", gzipSync(tarOf(gzipped)).subarray(0, 1000), /./],
  ];
  it.each(cases)("refuses %s and leaves nothing", async (_what, archive, message) => {
    const images = await testImages();
    await load(images, dockerArchive(testImage([tarOf({ other: "" })]), ["other:1"]));
    const before = await everything(images);
    await expect(load(images, archive)).rejects.toThrow(
      expect.objectContaining({ name: "EngineError", message: expect.stringMatching(message) }),
    );
    expect(await everything(images)).toEqual(before);
  });

  it("stops at the limits", async () => {
    const small = await testImages({ limits: { archiveBytes: 100_000 } });
    await expect(load(small, dockerArchive(image, ["app:1"]))).rejects.toThrow(/larger than 100000 bytes/);
    const flat = await testImages({ limits: { layerBytes: 100_000 } });
    await expect(load(flat, gzipped)).rejects.toThrow(/layer sha256:\w+ is larger than 100000 bytes/);
    for (const images of [small, flat]) expect(await everything(images)).toEqual({ files: [], records: [] });
  });

  it("leaves nothing when the client goes away", async () => {
    const images = await testImages();
    const progress = loadImages(images.context, streamed(tarOf(dockerArchive(image, ["app:1"]))));
    await progress.next();
    await progress.return();
    const after = (await everything(images)) as { files: string[] };
    expect(after.files.filter((name) => name.startsWith("temporary"))).toEqual([]);
    // Whole, or not at all.
    const list = await images.port.list({ all: true, filters: new Map() });
    expect(after.files.length).toBe(list.length * 2);
  });

  it("ends with an EngineError or a whole image, whatever byte is changed", async () => {
    const archive = tarOf(layoutFiles(testImage([tarOf({ a: "content" })]), named));
    await fc.assert(
      fc.asyncProperty(
        fc.nat(archive.byteLength - 1),
        fc.integer({ min: 1, max: 255 }),
        async (at, value) => {
          const changed = archive.slice();
          changed[at]! ^= value;
          const images = await testImages();
          const failure = await load(images, changed).then(
            () => undefined,
            (error) => error,
          );
          const { files, records } = (await everything(images)) as { files: string[]; records: unknown[] };
          if (failure === undefined) expect(records).toHaveLength(2);
          else {
            expect(failure).toMatchObject({ name: "EngineError" });
            expect([files, records]).toEqual([[], []]);
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});

function prefixed(files: Files): Files {
  return Object.fromEntries(Object.entries(files).map(([path, content]) => [`./${path}`, content]));
}

function without(files: Files, part: string): Files {
  return Object.fromEntries(Object.entries(files).filter(([path]) => !path.includes(part)));
}

function tooFew(): Files {
  const files = oldDockerArchive(image, ["app:1"]);
  const [manifest] = JSON.parse(new TextDecoder().decode(files["manifest.json"] as Uint8Array));
  return { ...files, "manifest.json": bytesOf([{ ...manifest, Layers: manifest.Layers.slice(1) }]) };
}

/** One byte in the middle of the blob that is `index`th by size, largest first, or the one named. */
function damaged(files: Files, index: number, name?: string): Files {
  const blobs = Object.keys(files).filter((path) => path.startsWith("blobs/"));
  const path = name === undefined ? blobs.at(index - 4)! : `blobs/sha256/${name}`;
  const bytes = (files[path] as Uint8Array).slice();
  bytes[bytes.byteLength >> 1]! ^= 1;
  return { ...files, [path]: bytes };
}

function hasZstd(): boolean {
  try {
    execFileSync("zstd", ["--version"]);
    return true;
  } catch {
    return false;
  }
}
