import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { EngineError } from "../../base/errors.ts";
import { concatBytes, readAll, readText } from "../../base/streams.ts";
import { ErofsReader } from "../../erofs/read-erofs.ts";
import { tarMembers } from "../../tar/read-tar.ts";
import { type TarEntry, tarEntry } from "../../tar/tar-entry.ts";
import { encodeTarHeader, tarPadding, tarTrailer } from "../../tar/tar-writer.ts";
import { replayTar } from "./replay-tar.ts";
import { savedLayer } from "./saved-layer.ts";
import {
  bytesOf,
  digestOf,
  dockerArchive,
  layoutFiles,
  oldDockerArchive,
  streamed,
  type TestImage,
  tarOf,
  testImage,
} from "./testing/test-archive.ts";
import { everything, load, type TestImages, testImages } from "./testing/test-images.ts";

let images: TestImages;
beforeEach(async () => {
  images = await testImages();
});

const save = async (...references: string[]) => readAll(await images.port.save(references));

async function filesOf(archive: Uint8Array): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for await (const { entry, content } of tarMembers(streamed(archive)))
    files.set(entry.path, await readAll(content));
  return files;
}

const jsonOf = (files: Map<string, Uint8Array>, path: string) =>
  JSON.parse(new TextDecoder().decode(files.get(path)));

async function reopened({ area, records, context }: TestImages): Promise<TestImages> {
  context.store.layers.close();
  await records.close();
  return testImages({ area });
}

/** GNU tar's way: other header fields, blocks of 10 KiB. */
function gnuLike(files: Record<string, string>): Uint8Array {
  const parts = Object.entries(files).flatMap(([path, text]) => {
    const header = encodeTarHeader(tarEntry({ path, type: "file", sizeBytes: text.length, uid: 7 }));
    header.set(bytesOf("ustar  \0"), 257);
    header.fill(0x20, 148, 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.set(bytesOf(`${sum.toString(8).padStart(6, "0")}\0 `), 148);
    return [header, bytesOf(text), tarPadding(text.length)];
  });
  const whole = concatBytes([...parts, tarTrailer]);
  return concatBytes([whole, new Uint8Array(10_240 - (whole.byteLength % 10_240))]);
}

describe("saveImages()", () => {
  const layers = [
    tarOf({ "etc/motd": "hello\n", big: "x".repeat(100_000) }, [
      tarEntry({ path: "link", type: "hardlink", linkPath: "big" }),
      tarEntry({ path: "s", type: "symlink", linkPath: "big" }),
    ]),
    gnuLike({ "etc/motd": "other\n", ".wh.link": "", "d/.wh..wh..opq": "" }),
  ];
  const image = testImage(layers);

  it.each([
    ["docker's archive", dockerArchive(image, ["app:1"])],
    ["docker's old archive", oldDockerArchive(image, ["app:1"])],
    [
      "a layout with gzip",
      layoutFiles(image, { "io.containerd.image.name": "docker.io/library/app:1" }, (bytes) => ({
        bytes: gzipSync(bytes),
        mediaType: "application/vnd.oci.image.layer.v1.tar+gzip",
      })),
    ],
  ])("gives back every byte of what came in %s", async (_name, archive) => {
    await load(images, archive);
    const files = await filesOf(await save("app:1"));
    expect(files.get(`blobs/sha256/${image.id.slice(7)}`)).toEqual(image.configBytes);
    for (const layer of layers) {
      const blob = files.get(`blobs/sha256/${digestOf(layer).slice(7)}`);
      expect(digestOf(blob ?? new Uint8Array())).toBe(digestOf(layer));
    }
    const again = await testImages();
    await load(again, await save("app:1"));
    expect((await again.port.inspect("app:1")).id).toBe(image.id);
  });

  it("writes an OCI layout that is docker's archive too", async () => {
    await load(images, dockerArchive(image, ["app:1"]));
    await images.port.tag("app:1", "example.org/other", "2");
    const files = await filesOf(await save("app", "example.org/other:2"));
    expect([...files.keys()].slice(0, 2)).toEqual(["blobs/", "blobs/sha256/"]);
    expect([...files.keys()].slice(-4)).toEqual([
      "index.json",
      "manifest.json",
      "oci-layout",
      "repositories",
    ]);
    expect(jsonOf(files, "oci-layout")).toEqual({ imageLayoutVersion: "1.0.0" });
    const blobs = image.diffIds.map((diffId) => `blobs/sha256/${diffId.slice(7)}`);
    expect(jsonOf(files, "manifest.json")).toMatchObject([
      {
        Config: `blobs/sha256/${image.id.slice(7)}`,
        RepoTags: ["app:1", "example.org/other:2"],
        Layers: blobs,
      },
    ]);
    const top = image.diffIds[1]?.slice(7);
    expect(jsonOf(files, "repositories")).toEqual({ app: { 1: top }, "example.org/other": { 2: top } });
    const index = jsonOf(files, "index.json");
    expect(index.manifests.map(({ annotations }: { annotations: object }) => annotations)).toEqual([
      {
        "io.containerd.image.name": "docker.io/library/app:1",
        "org.opencontainers.image.ref.name": "1",
      },
      {
        "io.containerd.image.name": "example.org/other:2",
        "org.opencontainers.image.ref.name": "2",
      },
    ]);
    for (const [path, bytes] of files)
      if (path.startsWith("blobs/sha256/") && path.length > 13)
        expect(digestOf(bytes).slice(7)).toBe(path.slice(13));
  });

  it("saves several images at once, shared layers once, and ids without a name", async () => {
    const other = testImage([layers[0] ?? new Uint8Array()]);
    await load(images, dockerArchive(image, ["app:1"]));
    await load(images, dockerArchive(other, ["other:1"]));
    const files = await filesOf(await save("app:1", other.id.slice(7, 20), other.id));
    expect(jsonOf(files, "manifest.json").map((item: { RepoTags: unknown }) => item.RepoTags)).toEqual([
      ["app:1"],
      null,
    ]);
    expect([...files.keys()].filter((path) => path.includes(digestOf(layers[0]!).slice(7)))).toHaveLength(1);
  });

  it("makes a layer without a record anew, and the configuration agrees with it", async () => {
    await load(images, dockerArchive(image, ["app:1"]));
    for (const key of await images.records.list("layers/")) {
      const { tarRecord: _tarRecord, ...record } = (await images.records.get(key)) as { tarRecord: string };
      await images.records.put(key, record);
    }
    images = await reopened(images);
    const archive = await save("app:1");
    const again = await testImages();
    await load(again, archive);
    expect((await again.port.inspect("app:1")).id).not.toBe(image.id);
    expect((await again.port.inspect("app:1")).config).toEqual((await images.port.inspect("app:1")).config);
    expect(digestOf(await readAll(await again.port.save(["app:1"])))).toBe(digestOf(archive));
  });

  it("names what is not there in Docker's words", async () => {
    await load(images, dockerArchive(image, ["app:1"]));
    await expect(images.port.save(["app:2"])).rejects.toMatchObject({
      code: "not-found",
      message: "reference does not exist",
    });
    await expect(images.port.save(["nope"])).rejects.toThrow("No such image: nope:latest");
    await expect(images.port.save(["A"])).rejects.toMatchObject({ code: "invalid-argument" });
  });

  it("leaves no record behind when the image goes", async () => {
    await load(images, dockerArchive(image, ["app:1"]));
    await images.port.remove("app:1", { force: false, usersOf: () => [] });
    expect(await everything(images)).toEqual({ files: [], records: [] });
  });
});

describe("savedLayer()", () => {
  const names = fc.constantFrom("a", "b", "c/d", "c/e", "c/.wh.f", "long/".repeat(40), "é");
  const file = fc.record({
    path: names,
    text: fc.string({ maxLength: 6000 }),
    uid: fc.nat(100_000),
    mtimeNsec: fc.nat(999_999_999),
  });

  it("gives any layer back byte for byte, or one that says its own digest", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(file, { maxLength: 12 }),
        fc.nat(3000),
        async (entries: { path: string; text: string; uid: number; mtimeNsec: number }[], tail) => {
          const parts = entries.flatMap(({ path, text, ...more }) => {
            const isMark = path.includes(".wh.");
            const content = bytesOf(isMark ? "" : text);
            const entry: TarEntry = tarEntry({
              path: path.endsWith("/") ? `${path}f` : path,
              type: "file",
              sizeBytes: content.byteLength,
              ...more,
            });
            return [encodeTarHeader(entry), content, tarPadding(content.byteLength)];
          });
          const tar = concatBytes([...parts, tarTrailer, new Uint8Array(tail).fill(3)]);
          const one: TestImage = testImage([tar]);
          const fresh = await testImages();
          await load(fresh, dockerArchive(one, ["x:1"]));
          const saved = await savedLayer(fresh.context, fresh.context.store.list()[0]!.config.diffIds[0]!);
          const pieces: Uint8Array[] = [];
          for await (const piece of saved.tar()) pieces.push(piece.slice());
          const given = concatBytes(pieces);
          expect(given.byteLength).toBe(saved.sizeBytes);
          expect(digestOf(given)).toBe(saved.diffId);
          const paths = entries.map(({ path }) => path);
          if (new Set(paths).size === paths.length) expect(digestOf(given)).toBe(digestOf(tar));
        },
      ),
      { numRuns: 60 },
    );
  });

  it("makes EngineErrors, and nothing else, of records that are none", { timeout: 60_000 }, async () => {
    const image = testImage([tarOf({ a: "text" })]);
    await load(images, dockerArchive(image, ["app:1"]));
    const reader = await ErofsReader.open(
      await images.context.store.layers.source(images.context.store.list()[0]!.config.diffIds[0]!),
    );
    const part = fc.oneof(
      fc.constant(Uint8Array.of(0, 1, 65)),
      fc.constant(Uint8Array.of(1, 1, 97, 0, 4)),
      fc.uint8Array({ maxLength: 8 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 6 }), fc.boolean(), async (parts, packed) => {
        const bytes = concatBytes(parts);
        async function* record() {
          yield packed ? new Uint8Array(gzipSync(bytes)) : bytes;
        }
        try {
          for await (const piece of replayTar(record(), reader)) expect(piece).toBeInstanceOf(Uint8Array);
        } catch (error) {
          expect(error).toBeInstanceOf(EngineError);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("tells a damaged record from a good one", async () => {
    const image = testImage([tarOf({ a: "text" })]);
    await load(images, dockerArchive(image, ["app:1"]));
    const [key] = await images.records.list("layers/");
    const record = (await images.records.get(key!)) as { tarRecord: string; content: { digest: string } };
    await images.records.put(key!, { ...record, tarRecord: record.content.digest });
    images = await reopened(images);
    const archive = await images.port.save(["app:1"]);
    await expect(readText(archive)).rejects.toMatchObject({ code: "corrupt" });
  });
});
