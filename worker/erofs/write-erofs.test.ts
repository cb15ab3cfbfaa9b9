import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EngineError } from "../base/errors.ts";
import { readAll, readText, streamOf } from "../base/streams.ts";
import { MemoryFile } from "../store/memory-file.ts";
import { tarEntry } from "../tar/tar-entry.ts";
import { type TarSource, writeTar } from "../tar/tar-writer.ts";
import { randomTree } from "../tar/testing/random-tree.ts";
import { sealTarHeader } from "../tar/testing/seal-header.ts";
import type { LowerFiles } from "./lower-files.ts";
import { bytesOf, file, imageOf, other, toBytes } from "./testing/test-image.ts";
import { type WriteErofsOptions, writeErofs } from "./write-erofs.ts";

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

  it("throws nothing but EngineError and leaves nothing, whatever is changed in the tar", {
    timeout: 60_000,
  }, () => {
    const change = fc.tuple(fc.nat(), fc.nat(255));
    const property = fc.asyncProperty(
      randomTree({}, 8),
      fc.array(change, { minLength: 1, maxLength: 5 }),
      async (files, changes) => {
        const archive = await readAll(writeTar(files));
        for (const [at, value] of changes) {
          const where = at % archive.byteLength;
          archive[where] = value;
          sealTarHeader(archive.subarray(where - (where % 512), where - (where % 512) + 512));
        }
        const image = new MemoryFile();
        try {
          const { sizeBytes } = await writeErofs(streamOf(archive), image, { maxSizeBytes: 1 << 26 });
          expect(sizeBytes).toBe(image.sizeBytes);
        } catch (error) {
          expect(error).toBeInstanceOf(EngineError);
          expect(image.sizeBytes).toBe(0);
        }
      },
    );
    return fc.assert(property, { numRuns: 200 });
  });

  it("imports many small files and some large ones (prints the speed)", { timeout: 60_000 }, async () => {
    const small = Array.from({ length: 4000 }, (_, i) =>
      file(`d${i % 60}/f${i}`, new Uint8Array(i * 2).fill(i)),
    );
    const large = Array.from({ length: 6 }, (_, i) => file(`large${i}`, new Uint8Array(8_000_000).fill(i)));
    const archive = await readAll(writeTar([...small, ...large]));
    const chunks = Array.from({ length: Math.ceil(archive.length / 65_536) }, (_, i) =>
      archive.subarray(i * 65_536, (i + 1) * 65_536),
    );
    const start = performance.now();
    const { entryCount } = await writeErofs(streamOf(...chunks), new MemoryFile());
    const seconds = (performance.now() - start) / 1000;
    console.log(`writeErofs(): ${Math.round(archive.length / 1e6 / seconds)} MB/s`);
    expect(entryCount).toBe(4000 + 6 + 60 + 1);
  });
});
