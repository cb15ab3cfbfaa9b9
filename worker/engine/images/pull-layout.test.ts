import { gzipSync } from "node:zlib";
import { beforeEach, describe, expect, it } from "vitest";
import { bytesOf, digestOf, type Files, layoutFiles, tarOf, testImage } from "./testing/test-archive.ts";
import { collect, everything, type TestImages, testImages } from "./testing/test-images.ts";

const image = testImage([tarOf({ "etc/motd": "hello\n" }), tarOf({ big: "x".repeat(2_000_000) })]);
const pack = (bytes: Uint8Array) => ({
  bytes: gzipSync(bytes),
  mediaType: "application/vnd.oci.image.layer.v1.tar+gzip",
});

let asked: string[];
let images: TestImages;
let site: Files;
const setSite = (files: Files) => {
  site = files;
};
beforeEach(async () => {
  asked = [];
  site = layoutFiles(image, { "org.opencontainers.image.ref.name": "1" }, pack);
  images = await testImages({
    fetch: async (url) => {
      asked.push(url);
      if (url.includes("unreachable")) throw new TypeError("Failed to fetch");
      const path = url.replace(/^https?:\/\/[^/]+\/images\/app\//, "");
      const content = site[path];
      return content === undefined
        ? new Response("", { status: 404, statusText: "Not Found" })
        : new Response(bytesOf(content) as Uint8Array<ArrayBuffer>);
    },
  });
});

const pull = (reference: string, platform = "") => collect(images.port.pull(reference, platform));
const statuses = async (reference: string) => (await pull(reference)).map(({ status }) => status);

describe("pullLayout()", () => {
  it("pulls a layout from a web server, told as Docker tells it", async () => {
    const told = await statuses("localhost:8080/images/app:1");
    expect(asked[0]).toBe("http://localhost:8080/images/app/index.json");
    expect(told[0]).toBe("Pulling from localhost:8080/images/app");
    for (const status of [
      "Pulling fs layer",
      "Downloading",
      "Verifying Checksum",
      "Download complete",
      "Pull complete",
    ])
      expect(told).toContain(status);
    expect(told.at(-2)).toMatch(/^Digest: sha256:/);
    expect(told.at(-1)).toBe("Status: Downloaded newer image for localhost:8080/images/app:1");
    expect(await images.port.inspect("localhost:8080/images/app:1")).toMatchObject({ id: image.id });
    expect(await statuses("localhost:8080/images/app:1")).toEqual([
      "Pulling from localhost:8080/images/app",
      "Already exists",
      "Already exists",
      told.at(-2),
      "Status: Image is up to date for localhost:8080/images/app:1",
    ]);
  });

  it("asks others by https, and knows an image by its digest", async () => {
    const index = JSON.parse(new TextDecoder().decode(bytesOf(site["index.json"] ?? "")));
    const [{ digest }] = index.manifests;
    await pull(`example.org/images/app@${digest}`);
    expect(asked[0]).toBe("https://example.org/images/app/index.json");
    expect((await images.port.inspect(`example.org/images/app@${digest}`)).repoTags).toEqual([]);
  });

  const layer = `blobs/sha256/${digestOf(pack(image.layers[1] ?? new Uint8Array()).bytes).slice(7)}`;
  it.each<[string, () => void, string, RegExp]>([
    [
      "a tag that is not there",
      () => {},
      "localhost/images/app:2",
      /manifest for localhost\/images\/app:2 not found/,
    ],
    [
      "no layout",
      () => setSite({}),
      "localhost/images/app:1",
      /there is no OCI image layout at http:\/\/localhost\/images\/app\//,
    ],
    [
      "an index that is none",
      () => setSite({ "index.json": "<html>" }),
      "localhost/images/app:1",
      /not JSON/,
    ],
    [
      "a missing layer",
      () => setSite({ ...site, [layer]: undefined as never }),
      "localhost/images/app:1",
      /404 Not Found/,
    ],
    [
      "a changed layer",
      () => setSite({ ...site, [layer]: "changed" }),
      "localhost/images/app:1",
      /verification failed/,
    ],
    [
      "a layer that is too long",
      () => setSite({ ...site, [layer]: "x".repeat(9_000_000) }),
      "localhost/images/app:1",
      /is longer than/,
    ],
    ["a server that does not answer", () => {}, "unreachable.example/images/app:1", /Failed to fetch/],
  ])("leaves nothing behind for %s", async (_name, change, reference, words) => {
    change();
    await expect(pull(reference)).rejects.toThrow(words);
    expect(await everything(images)).toEqual({ files: [], records: [] });
  });

  it("does not ask docker.io", async () => {
    await expect(pull("nothing")).rejects.toThrow("pull access denied for nothing");
    expect(asked).toEqual([]);
  });
});

describe("importImage()", () => {
  const request = { message: "", changes: [], platform: "", repository: "got", tag: "" };

  it("fetches an archive", async () => {
    site = { "root.tar.gz": gzipSync(tarOf({ a: "b" })) };
    const told = await collect(
      images.port.import({
        ...request,
        source: "http://example.org/images/app/root.tar.gz",
        changes: ["CMD a"],
      }),
    );
    expect(told[0]?.status).toBe("Downloading from http://example.org/images/app/root.tar.gz");
    const got = await images.port.inspect("got");
    expect(told.at(-1)?.status).toBe(got.id);
    expect(got.config.cmd).toEqual(["/bin/sh", "-c", "a"]);
    expect(images.events).toEqual(["tag got:latest", `import ${got.id}`]);
  });

  it("says what went wrong, and leaves nothing behind", async () => {
    const refused = (more: object) => collect(images.port.import({ ...request, source: "x", ...more }));
    await expect(refused({ source: "http://example.org/images/app/absent" })).rejects.toThrow(
      "404 Not Found",
    );
    await expect(refused({ source: "ftp://example.org/x" })).rejects.toThrow(
      'unsupported protocol scheme "ftp"',
    );
    await expect(refused({ platform: "linux/arm64" })).rejects.toThrow("is not this machine's (linux/386)");
    await expect(refused({ repository: "A" })).rejects.toThrow("must be lowercase");
    expect(await everything(images)).toEqual({ files: [], records: [] });
  });
});
