// Images against GNU tar's own extraction: read back by our reader, and unpacked and checked by fsck.erofs.

import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EngineError } from "../base/errors.ts";
import { readAll, readText, streamOf } from "../base/streams.ts";
import { MemoryFile } from "../store/memory-file.ts";
import { type TarEntry, tarEntry } from "../tar/tar-entry.ts";
import { type TarSource, writeTar } from "../tar/tar-writer.ts";
import { addFacts, diskFacts, hashOf, lines, type TreeFacts, tarFacts } from "../tar/testing/file-facts.ts";
import {
  copySparse,
  missingForTrees,
  pack,
  run,
  sparseFormats,
  unpack,
  withScratch,
} from "../tar/testing/gnu-tar.ts";
import { randomTree } from "../tar/testing/random-tree.ts";
import { byteFileSource } from "./byte-file-source.ts";
import { ErofsReader } from "./read-erofs.ts";
import { type LowerFiles, type WriteErofsOptions, writeErofs } from "./write-erofs.ts";

const missing = missingForTrees("fsck.erofs");
if (missing) console.warn(`Skipped checking EROFS images with fsck.erofs: ${missing}`);

const bytesOf = (text: string) => new TextEncoder().encode(text);
const file = (path: string, content: string | Uint8Array, more: Partial<TarEntry> = {}): TarSource => {
  const bytes = typeof content === "string" ? bytesOf(content) : content;
  return { entry: tarEntry({ path, type: "file", sizeBytes: bytes.byteLength, ...more }), content: bytes };
};
const other = (path: string, type: TarEntry["type"], more: Partial<TarEntry> = {}): TarSource => ({
  entry: tarEntry({ path, type, ...more }),
});

async function imageOf(members: readonly TarSource[], options: WriteErofsOptions = {}) {
  const image = new MemoryFile();
  const written = await writeErofs(writeTar(members), image, options);
  expect(image.sizeBytes).toBe(written.sizeBytes);
  expect(written.sizeBytes % 4096).toBe(0);
  return { image, written, reader: await ErofsReader.open(byteFileSource(image)) };
}

async function imageFacts(reader: ErofsReader): Promise<TreeFacts> {
  const tree: TreeFacts = new Map();
  for await (const { entry, content } of reader.walk()) {
    addFacts(tree, entry, entry.type === "file" ? await hashOf(content()) : "");
  }
  return tree;
}

async function failure(members: readonly TarSource[], options: WriteErofsOptions = {}): Promise<unknown> {
  const image = new MemoryFile();
  const error = await writeErofs(writeTar(members), image, options).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(EngineError);
  expect(image.sizeBytes).toBe(0);
  return error;
}

/** fsck.erofs changes owners after modes, which takes the set-id bits away. */
function withoutSetId(tree: TreeFacts): TreeFacts {
  return new Map(
    [...tree].map(([path, facts]) => [
      path,
      { ...facts, mode: (Number.parseInt(facts.mode, 8) & 0o1777).toString(8) },
    ]),
  );
}

function toBytes(image: MemoryFile): Uint8Array {
  const bytes = new Uint8Array(image.sizeBytes);
  image.readAt(0, bytes);
  return bytes;
}

describe.skipIf(missing)("writeErofs() against GNU tar and fsck.erofs", () => {
  const formats = [
    ["--format=pax", "--xattrs", "--xattrs-include=*"],
    ...sparseFormats.map(({ options }) => options),
  ];

  it("holds what GNU tar unpacks, for random trees", { timeout: 120_000 }, async () => {
    const property = fc.asyncProperty(randomTree({}, 40), fc.constantFrom(...formats), (files, options) =>
      withScratch(async (folder) => {
        fs.writeFileSync(`${folder}/ours.tar`, await readAll(writeTar(files)));
        unpack(`${folder}/ours.tar`, `${folder}/whole`);
        copySparse(`${folder}/whole`, `${folder}/first`);
        pack(`${folder}/gnu.tar`, `${folder}/first`, ...options);
        unpack(`${folder}/gnu.tar`, `${folder}/tree`);
        const archive = fs.readFileSync(`${folder}/gnu.tar`);
        const image = new MemoryFile();
        const written = await writeErofs(streamOf(archive), image);
        expect(written.uncompressedTarBytes).toBe(archive.byteLength);

        const expected = diskFacts(`${folder}/tree`);
        const read = await imageFacts(await ErofsReader.open(byteFileSource(image)));
        expect(lines(read, ["xattrs"])).toEqual(lines(expected, ["xattrs"]));
        expect(lines(read)).toEqual(lines(tarFacts(archive)));

        fs.writeFileSync(`${folder}/image`, toBytes(image));
        run("fsck.erofs", `${folder}/image`);
        // What it unpacks of a file with holes lacks the holes.
        if (options !== formats[0]) return;
        run("fsck.erofs", `--extract=${folder}/checked`, `${folder}/image`);
        const checked = withoutSetId(diskFacts(`${folder}/checked`));
        expect(lines(checked, ["names"])).toEqual(lines(withoutSetId(expected), ["names"]));
      }),
    );
    await fc.assert(property, { numRuns: 30 });
  });

  it("makes directories of thousands of names that fsck.erofs can read", { timeout: 60_000 }, async () => {
    const members = Array.from({ length: 3000 }, (_, i) =>
      file(`many/${"x".repeat(i % 200)}${i}`, `content ${i}`),
    );
    const { image } = await imageOf([other("many", "directory"), ...members]);
    await withScratch(async (folder) => {
      fs.writeFileSync(`${folder}/image`, toBytes(image));
      run("fsck.erofs", `--extract=${folder}/checked`, `${folder}/image`);
      expect(fs.readdirSync(`${folder}/checked/many`)).toHaveLength(3000);
      expect(fs.readFileSync(`${folder}/checked/many/${"x".repeat(77)}77`, "utf8")).toBe("content 77");
    });
  });
});

describe("writeErofs()", () => {
  it("gives the same bytes for the same tar, however it is cut into chunks", async () => {
    const members = [
      file("a/b", "x".repeat(5000)),
      other("a/l", "symlink", { linkPath: "b" }),
      file("c", "y"),
    ];
    const archive = await readAll(writeTar(members));
    const images = [];
    for (const size of [1 << 20, 77]) {
      const chunks = Array.from({ length: Math.ceil(archive.length / size) }, (_, i) =>
        archive.slice(i * size, (i + 1) * size),
      );
      const image = new MemoryFile();
      await writeErofs(streamOf(...chunks), image);
      images.push(createHash("sha256").update(toBytes(image)).digest("hex"));
    }
    expect(images[0]).toBe(images[1]);
  });

  it("shows every byte of the tar to onBytes", async () => {
    const archive = await readAll(writeTar([file("a", "x".repeat(5000))]));
    const hash = createHash("sha256");
    await writeErofs(streamOf(archive.subarray(0, 700), archive.subarray(700)), new MemoryFile(), {
      onBytes: (bytes) => hash.update(bytes),
    });
    expect(hash.digest("hex")).toBe(createHash("sha256").update(archive).digest("hex"));
  });

  it("lets a later entry replace an earlier one, and a directory keep what is in it", async () => {
    const { reader } = await imageOf([
      file("a", "first"),
      file("d/x", "x"),
      file("a", "second"),
      other("d", "directory", { mode: 0o700 }),
      file("t/below", "gone"),
      file("t", "file now"),
    ]);
    expect(await readText((await reader.find("a"))!.content())).toBe("second");
    expect(await readText((await reader.find("t"))!.content())).toBe("file now");
    expect((await reader.find("d"))!.entry.mode).toBe(0o700);
    expect(await reader.find("d/x")).toBeDefined();
    expect((await reader.list(""))!.map(({ name }) => name)).toEqual(["a", "d", "t"]);
  });

  it("counts links of files and directories", async () => {
    const { reader, written } = await imageOf([
      file("a", "x"),
      other("b/c/l", "hardlink", { linkPath: "./a" }),
      other("m", "hardlink", { linkPath: "b/c/l" }),
      other("p", "fifo"),
      other("q", "hardlink", { linkPath: "/p" }),
    ]);
    const count = async (path: string) => (await reader.find(path))!.linkCount;
    expect(await Promise.all(["a", "m", "p", "", "b", "b/c"].map(count))).toEqual([3, 3, 2, 3, 3, 2]);
    expect(written.entryCount).toBe(5);
  });

  it("turns whiteouts into character devices 0:0 and opaque markers into the xattr, in any order", async () => {
    const { reader } = await imageOf([
      file("a/.wh.gone", ""),
      file("before/x", "1"),
      file("before/.wh..wh..opq", ""),
      file("after/.wh..wh..opq", ""),
      file("after/x", "1"),
      file(".wh.stays", ""),
      file("stays", "new"),
      file(".wh.dir", ""),
      other("dir", "directory", { mode: 0o711 }),
      other("dir2", "directory"),
      file(".wh.dir2", ""),
      file(".wh..wh.plnk/1.2", "aufs"),
    ]);
    const opaque = async (path: string) =>
      new TextDecoder().decode((await reader.find(path))!.entry.xattrs.get("trusted.overlay.opaque"));
    expect((await reader.find("a/gone"))!.entry).toMatchObject({
      type: "char",
      deviceMajor: 0,
      deviceMinor: 0,
    });
    expect(await Promise.all(["before", "after", "dir", "dir2", "a"].map(opaque))).toEqual([
      "y",
      "y",
      "y",
      "y",
      "",
    ]);
    expect((await reader.find("dir"))!.entry.mode).toBe(0o711);
    expect(await readText((await reader.find("stays"))!.content())).toBe("new");
    expect((await reader.list(""))!.map(({ name }) => name)).toEqual([
      "a",
      "after",
      "before",
      "dir",
      "dir2",
      "stays",
    ]);
  });

  it("drops xattrs that overlayfs keeps for itself", async () => {
    const xattrs = new Map([
      ["trusted.overlay.redirect", bytesOf("/etc")],
      ["user.kept", bytesOf("1")],
    ]);
    const { reader } = await imageOf([other("d", "directory", { xattrs })]);
    expect([...(await reader.find("d"))!.entry.xattrs.keys()]).toEqual(["user.kept"]);
  });

  it("shares xattrs that come again, and holds large and many ones, on the root too", async () => {
    const large = new Map(Array.from({ length: 30 }, (_, i) => [`user.n${i}`, new Uint8Array(3000).fill(i)]));
    const same = new Map([["security.capability", bytesOf("x".repeat(20))]]);
    const { reader } = await imageOf([
      other(".", "directory", { xattrs: large }),
      file("large", "tail", { xattrs: large }),
      ...Array.from({ length: 500 }, (_, i) => file(`same${i}`, "x", { xattrs: same })),
    ]);
    for (const path of ["", "large"]) expect(new Map((await reader.find(path))!.entry.xattrs)).toEqual(large);
    for (const path of ["same0", "same1", "same499"])
      expect((await reader.find(path))!.entry.xattrs).toEqual(same);
    expect(await readText((await reader.find("large"))!.content())).toBe("tail");
  });

  it.for(sparseFormats)("leaves long holes out of the image: $name", async ({ options }) => {
    const content = new Uint8Array(40_000_000);
    content.set(bytesOf("begin"), 10);
    content.set(bytesOf("middle"), 20_000_123);
    const hash = createHash("sha256").update(content).digest("hex");
    await withScratch(async (folder) => {
      fs.writeFileSync(`${folder}/whole`, content);
      copySparse(`${folder}/whole`, `${folder}/sparse`);
      run("tar", "-cf", `${folder}/a.tar`, "-C", folder, ...options, "--sparse", "sparse");
      const image = new MemoryFile();
      const written = await writeErofs(streamOf(fs.readFileSync(`${folder}/a.tar`)), image);
      expect(written.sizeBytes).toBeLessThan(200_000);
      const reader = await ErofsReader.open(byteFileSource(image));
      expect(await hashOf((await reader.find("sparse"))!.content())).toBe(hash);
      if (missing) return;
      fs.writeFileSync(`${folder}/image`, toBytes(image));
      run("fsck.erofs", `${folder}/image`);
    });
  });

  it("copies the target of a hard link from below, once for all links to it, and takes over directories", async () => {
    const lower: LowerFiles = {
      async find(path) {
        if (path === "usr/base")
          return {
            entry: file("usr/base", "below", { mode: 0o4755 }).entry,
            content: () => streamOf(bytesOf("below")),
          };
        if (path === "usr")
          return {
            entry: tarEntry({ path, type: "directory", mode: 0o1777, gid: 9 }),
            content: () => streamOf(),
          };
        return undefined;
      },
    };
    const links = [
      other("l1", "hardlink", { linkPath: "usr/base" }),
      other("x/l2", "hardlink", { linkPath: "usr/base" }),
    ];
    const { reader } = await imageOf(links, { lower });
    for (const path of ["l1", "x/l2", "usr/base"]) {
      const found = (await reader.find(path))!;
      expect(await readText(found.content())).toBe("below");
      expect(found).toMatchObject({ linkCount: 3, entry: { mode: 0o4755 } });
    }
    expect((await reader.find("usr"))!.entry).toMatchObject({ mode: 0o1777, gid: 9 });
    expect((await reader.find("x"))!.entry).toMatchObject({ mode: 0o755, gid: 0 });
    const lost = [other("l", "hardlink", { linkPath: "nowhere" })];
    expect(await failure(lost)).toMatchObject({
      code: "corrupt",
      message: expect.stringMatching(/hard link.*"nowhere"/),
    });
    expect(await failure(lost, { lower })).toMatchObject({
      code: "corrupt",
      message: expect.stringMatching(/"nowhere"/),
    });
  });

  it.for<[string, TarSource[], RegExp]>([
    ["a path that leaves the root", [file("a/../../x", "")], /could leave the root/],
    [
      "a file under a symlink",
      [other("l", "symlink", { linkPath: "/etc" }), file("l/passwd", "")],
      /"l" is not a directory/,
    ],
    ["a file under a file", [file("f", ""), file("f/x", "")], /"f" is not a directory/],
    ["a name of 256 bytes", [file("n".repeat(256), "")], /name too long/],
    [
      "a hard link to a directory",
      [other("d", "directory"), other("l", "hardlink", { linkPath: "d" })],
      /is a directory/,
    ],
    ["a hard link out of the root", [other("l", "hardlink", { linkPath: "../x" })], /could leave the root/],
    ["a whiteout without a name", [file("a/.wh.", "")], /Invalid whiteout/],
    ["a whiteout of the parent", [file("a/.wh...", "")], /Invalid whiteout/],
    ["the root as a file", [other("./", "symlink", { linkPath: "x" })], /root of a layer/],
  ])("refuses %s", async ([, members, message]) => {
    expect(await failure(members)).toMatchObject({
      code: "corrupt",
      message: expect.stringMatching(message),
    });
  });

  it("takes absolute paths and './' as below the root", async () => {
    const { reader } = await imageOf([file("/etc/passwd", "root"), file("./etc//./group", "g")]);
    expect((await reader.list("/etc"))!.map(({ name }) => name)).toEqual(["group", "passwd"]);
  });

  it("bounds entries and size", async () => {
    const many = Array.from({ length: 50 }, (_, i) => file(`a${i}`, ""));
    expect(await failure(many, { maxEntries: 40 })).toMatchObject({
      code: "corrupt",
      message: expect.stringMatching(/Too many entries/),
    });
    const big = [file("big", new Uint8Array(100_000))];
    expect(await failure(big, { maxSizeBytes: 65_536 })).toMatchObject({ code: "out-of-space" });
  });

  it("leaves an empty file behind when the tar is cut off or its stream fails", async () => {
    const archive = await readAll(writeTar([file("a", new Uint8Array(3_000_000).fill(1))]));
    const image = new MemoryFile();
    await expect(writeErofs(streamOf(archive.subarray(0, 2_500_000)), image)).rejects.toMatchObject({
      code: "corrupt",
      message: expect.stringMatching(/unexpected EOF/),
    });
    expect(image.sizeBytes).toBe(0);
    const failing = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.error(new EngineError("unavailable", "network gone"));
      },
    });
    await expect(writeErofs(failing, image)).rejects.toMatchObject({ code: "unavailable" });
    expect(image.sizeBytes).toBe(0);
  });
});

describe("ErofsReader", () => {
  it("throws nothing but EngineError, whatever is changed in an image", async () => {
    const { image } = await imageOf([
      file("etc/passwd", "root"),
      file("big", new Uint8Array(9000).fill(7), { xattrs: new Map([["user.a", bytesOf("1")]]) }),
      other("l", "symlink", { linkPath: "etc" }),
      ...Array.from({ length: 300 }, (_, i) => other(`many/${i}`, "fifo")),
    ]);
    const whole = toBytes(image);
    const meta = fc.nat(whole.byteLength - 1025).map((at) => at + 1024);
    const changes = fc.array(fc.tuple(fc.oneof(fc.integer({ min: 1024, max: 1400 }), meta), fc.nat(255)), {
      minLength: 1,
      maxLength: 8,
    });
    const property = fc.asyncProperty(changes, async (list) => {
      const changed = new MemoryFile();
      changed.writeAt(0, whole);
      for (const [at, value] of list) changed.writeAt(at, Uint8Array.of(value));
      try {
        const reader = await ErofsReader.open(byteFileSource(changed));
        let steps = 0;
        for await (const { content, entry } of reader.walk()) {
          if (entry.sizeBytes < 1e6) await readAll(content());
          if (++steps > 5000) throw new Error("walks without end");
        }
      } catch (error) {
        expect(error).toBeInstanceOf(EngineError);
      }
    });
    await fc.assert(property, { numRuns: 300 });
  });

  it("says that a source holds no image", async () => {
    const empty = new MemoryFile();
    empty.truncate(8192);
    await expect(ErofsReader.open(byteFileSource(empty))).rejects.toMatchObject({ code: "corrupt" });
    await expect(ErofsReader.open(byteFileSource(new MemoryFile()))).rejects.toMatchObject({
      code: "corrupt",
    });
  });
});
