import { beforeEach, describe, expect, it } from "vitest";
import { matchesPattern } from "./match-pattern.ts";
import { dockerArchive, hex, tarOf, testImage } from "./testing/test-archive.ts";
import { everything, load, nobody, type TestImages, testImages } from "./testing/test-images.ts";

const base = tarOf({ base: "1" });
const app = testImage([base, tarOf({ app: "22" })], { created: "2026-02-01T00:00:00Z" });
const other = testImage([base, tarOf({ other: "333" })], {
  created: "2026-01-01T00:00:00Z",
  config: { Labels: { team: "red" } },
  history: [{ created_by: "ADD base" }, { created_by: "ENV A", empty_layer: true }],
});
const CONTAINER = "c".repeat(64);
const running = () => [{ id: CONTAINER, running: true }];
const stopped = () => [{ id: CONTAINER, running: false }];
let images: TestImages;

beforeEach(async () => {
  images = await testImages();
  await load(images, dockerArchive(app, ["app:1"]));
  await load(images, dockerArchive(other, ["other:latest"]));
});

const remove = (name: string, force = false, usersOf: typeof running | typeof nobody = nobody) =>
  images.port.remove(name, { force, usersOf });
const filters = (entries: Record<string, string[]>) => new Map(Object.entries(entries));
const listed = async (entries: Record<string, string[]> = {}) =>
  (await images.port.list({ all: false, filters: filters(entries) })).flatMap(({ repoTags }) =>
    repoTags.length > 0 ? repoTags : ["<none>"],
  );

describe("findImage()", () => {
  it.each([
    ["a name", "app:1"],
    ["its full form", "docker.io/library/app:1"],
    ["an id", app.id],
    ["an id without sha256:", hex(app.id)],
    ["a prefix of an id", hex(app.id).slice(0, 12)],
    ["a prefix with sha256:", app.id.slice(0, 20)],
    ["a name with the id", `app@${app.id}`],
  ])("finds by %s", async (_how, text) => {
    expect((await images.port.inspect(text)).id).toBe(app.id);
  });

  it.each([
    ["app", "No such image: app:latest"],
    ["nosuch:2", "No such image: nosuch:2"],
    [`other@${app.id}`, `No such image: other@${app.id}`],
    [`sha256:${"0".repeat(64)}`, `No such image: sha256:${"0".repeat(64)}`],
  ])("does not find %s", async (text, message) => {
    await expect(images.port.inspect(text)).rejects.toMatchObject({ code: "not-found", message });
  });

  it("takes what is a name for the name, even if an id begins so", async () => {
    await images.port.tag("app:1", hex(other.id).slice(0, 6), "");
    expect((await images.port.inspect(hex(other.id).slice(0, 6))).id).toBe(app.id);
    expect((await images.port.inspect(hex(other.id).slice(0, 7))).id).toBe(other.id);
  });
});

describe("listImages()", () => {
  it("lists newest first, filtered as Docker does", async () => {
    expect(await listed()).toEqual(["app:1", "other:latest"]);
    expect(await listed({ reference: ["oth*"] })).toEqual(["other:latest"]);
    expect(await listed({ reference: ["*:1"] })).toEqual(["app:1"]);
    expect(await listed({ reference: ["app"] })).toEqual(["app:1"]);
    expect(await listed({ label: ["team=red"] })).toEqual(["other:latest"]);
    expect(await listed({ dangling: ["true"] })).toEqual([]);
    expect(await listed({ before: ["app:1"] })).toEqual(["other:latest"]);
    expect(await listed({ since: ["other"] })).toEqual(["app:1"]);
    expect(await listed({ until: ["2026-01-15T00:00:00Z"] })).toEqual(["other:latest"]);
    await expect(listed({ colour: ["red"] })).rejects.toThrow("invalid filter 'colour'");
    await expect(listed({ reference: ["["] })).rejects.toThrow("syntax error in pattern");
  });
});

describe("imageHistory()", () => {
  it("is newest first, with the layers' sizes where there are layers", async () => {
    const items = await images.port.history("other");
    // One layer more than the history tells of comes on top.
    expect(items.map(({ createdBy, sizeBytes }) => [createdBy, sizeBytes])).toEqual([
      ["", other.layers[1]!.byteLength],
      ["ENV A", 0],
      ["ADD base", base.byteLength],
    ]);
  });
});

describe("tagImage()", () => {
  it("moves a name and keeps the others", async () => {
    await images.port.tag("app:1", "other", "");
    expect((await images.port.inspect("other")).repoTags).toEqual(["app:1", "other:latest"]);
    expect((await images.port.inspect(other.id)).repoTags).toEqual([]);
    expect(await listed({ dangling: ["true"] })).toEqual(["<none>"]);
    expect(images.events.at(-1)).toBe("tag other:latest");
  });

  it("refuses bad names", async () => {
    await expect(images.port.tag("app:1", "Bad", "x")).rejects.toThrow(/must be lowercase/);
    await expect(images.port.tag("app:1", "bad", "a b")).rejects.toThrow("invalid reference format");
    await expect(images.port.tag("none", "x", "y")).rejects.toThrow("No such image: none:latest");
  });
});

describe("removeImage()", () => {
  it("takes one of two names away, and the image with the last", async () => {
    await images.port.tag("app:1", "app", "2");
    expect(await remove("app:2")).toEqual([{ untagged: "app:2" }]);
    const removed = await remove("app:1");
    expect(removed.slice(0, 2)).toEqual([{ untagged: "app:1" }, { deleted: app.id }]);
    // The base layer stays with the other image.
    expect(removed).toHaveLength(3);
    expect(await listed()).toEqual(["other:latest"]);
    // Of each layer the image and the record.
    expect(await images.area.folder("blobs").list()).toHaveLength(4);
    expect((await remove(other.id.slice(7, 19))).length).toBe(4);
    expect(await everything(images)).toEqual({ files: [], records: [] });
  });

  it("reports layers by chain id, top first", async () => {
    await remove("app:1");
    expect((await remove("other")).at(-1)).toEqual({ deleted: other.diffIds[0] });
  });

  it("wants force for an id with names in several repositories", async () => {
    await images.port.tag("app:1", "elsewhere/app", "1");
    const id = hex(app.id).slice(0, 12);
    await expect(remove(id)).rejects.toMatchObject({
      code: "conflict",
      message: `conflict: unable to delete ${id} (must be forced) - image is referenced in multiple repositories`,
    });
    expect((await remove(id, true)).filter((removal) => "untagged" in removal)).toHaveLength(2);
  });

  it("refuses while containers use it", async () => {
    const short = hex(app.id).slice(0, 12);
    const before = await everything(images);
    await expect(remove("app:1", false, stopped)).rejects.toThrow(
      `conflict: unable to remove repository reference "app:1" (must force) - container cccccccccccc is using its referenced image ${short}`,
    );
    await expect(remove(app.id, true, running)).rejects.toThrow(
      `conflict: unable to delete ${short} (cannot be forced) - image is being used by running container cccccccccccc`,
    );
    await expect(remove(app.id, false, stopped)).rejects.toThrow(
      `conflict: unable to delete ${short} (must be forced) - image is being used by stopped container cccccccccccc`,
    );
    expect(await everything(images)).toEqual(before);
  });

  it("takes the name of a running container's image away by force, and no more", async () => {
    expect(await remove("app:1", true, running)).toEqual([{ untagged: "app:1" }]);
    expect(await listed()).toContain("<none>");
  });

  it("hides an image that a stopped container still needs, until that is gone", async () => {
    expect(await remove("app:1", true, stopped)).toEqual([{ untagged: "app:1" }, { deleted: app.id }]);
    expect(await listed()).toEqual(["other:latest"]);
    expect((await images.port.resolve(app.id)).layers).toHaveLength(2);
    images.context.store.layers.close();
    await images.port.prune({ filters: new Map(), usersOf: nobody });
    await expect(images.port.resolve(app.id)).rejects.toMatchObject({ code: "not-found" });
    // Of each layer the image and the record.
    expect(await images.area.folder("blobs").list()).toHaveLength(4);
  });

  it("removes layers that were open", async () => {
    await images.port.resolve("app:1");
    await images.port.resolve("other");
    await remove("app:1");
    await remove("other");
    expect(await everything(images)).toEqual({ files: [], records: [] });
  });
});

describe("pruneImages()", () => {
  it("removes what has no name, or all that is unused", async () => {
    await images.port.tag("app:1", "other", "latest");
    const prune = (entries: Record<string, string[]>, usersOf: typeof nobody = nobody) =>
      images.port.prune({ filters: filters(entries), usersOf });
    const none = { removals: [], reclaimedBytes: 0 };
    expect(await prune({}, (id) => (id === other.id ? running() : []))).toEqual(none);
    expect(await prune({ "label!": ["team=red"] })).toEqual(none);
    const sizes = new Map(
      (await images.port.list({ all: true, filters: new Map() })).map((image) => [image.id, image.sizeBytes]),
    );
    const dangling = await prune({});
    expect(dangling.removals[0]).toEqual({ deleted: other.id });
    // The two share a layer, which stays.
    expect(dangling.reclaimedBytes).toBeLessThan(sizes.get(other.id) ?? 0);
    expect(await listed()).toEqual(["app:1", "other:latest"]);
    const rest = await prune({ dangling: ["false"] });
    expect(rest.removals.length).toBeGreaterThan(2);
    expect(rest.reclaimedBytes).toBe(sizes.get(app.id));
    expect(await everything(images)).toEqual({ files: [], records: [] });
  });
});

describe("matchesPattern()", () => {
  it.each([
    ["busybox", "busy*", true],
    ["a/b", "*", false],
    ["a/b", "*/*", true],
    ["abc", "a?c", true],
    ["abc", "[a-c][^x]c", true],
    ["a*c", "a\\*c", true],
    ["abc", "a\\*c", false],
    ["", "*", true],
    ["a".repeat(200), `${"a*".repeat(200)}b`, false],
  ])("%s against %s is %s", (name, pattern, expected) => {
    expect(matchesPattern(name, pattern)).toBe(expected);
  });
});
