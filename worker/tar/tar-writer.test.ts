import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concatBytes, readAll, streamOf } from "../base/streams.ts";
import { type TarEntry, tarEntry } from "./tar-entry.ts";
import { TarParser } from "./tar-parser.ts";
import { encodeTarHeader, writeTar } from "./tar-writer.ts";
import { randomTree } from "./testing/random-tree.ts";

function readBack(headers: Uint8Array): TarEntry {
  let read: TarEntry | undefined;
  const parser = new TarParser({
    entry: (entry) => {
      read = entry;
    },
    data: () => {},
    end: () => {},
  });
  parser.push(headers);
  return read!;
}

describe("encodeTarHeader()", () => {
  it.for<[string, Partial<TarEntry>]>([
    ["a size over 8 GiB", { sizeBytes: 2 ** 40 + 1 }],
    ["owners over 2 million", { uid: 0xffff_fffe, gid: 2 ** 21 }],
    ["a time before 1970 with a fraction", { mtimeSec: -3, mtimeNsec: 1 }],
    ["a time after 2242", { mtimeSec: 8 ** 11 }],
    ["long user and group names", { userName: "u".repeat(40), groupName: "ö" }],
    ["a path over 255 bytes", { path: `${"p/".repeat(200)}end` }],
    ["a path that splits into prefix and name", { path: `${"d".repeat(120)}/${"f".repeat(100)}` }],
    ["a name over 100 bytes", { path: "n".repeat(101) }],
    ["a path of multi-byte characters", { path: "é".repeat(80) }],
    ["a path that is not UTF-8", { path: `\udcff${"x".repeat(150)}` }],
    [
      "an xattr with every byte",
      { xattrs: new Map([["user.a=%", Uint8Array.from({ length: 256 }, (_, i) => i)]]) },
    ],
  ])("keeps %s", ([, fields]) => {
    const entry = tarEntry({ path: "a", type: "file", ...fields });
    expect(readBack(encodeTarHeader(entry))).toEqual(entry);
  });

  it("keeps devices, and links with long targets", () => {
    const device = tarEntry({ path: "d", type: "block", deviceMajor: 4095, deviceMinor: 1_048_575 });
    const link = tarEntry({ path: "l", type: "symlink", linkPath: `../${"é".repeat(1000)}` });
    expect(readBack(encodeTarHeader(device))).toEqual(device);
    expect(readBack(encodeTarHeader(link))).toEqual(link);
  });

  it("needs no pax header for what ustar holds", () => {
    const path = `${"d".repeat(120)}/${"f".repeat(100)}`;
    expect(encodeTarHeader(tarEntry({ path, type: "file", mtimeSec: 1, uid: 0o7777777 }))).toHaveLength(512);
  });

  it.for<[string, Partial<TarEntry>]>([
    ["an empty path", { path: "" }],
    ["a NUL in the path", { path: "a\0b" }],
    ["a negative size", { sizeBytes: -1 }],
    ["nanoseconds over a second", { mtimeNsec: 1e9 }],
    ["a directory with a size", { type: "directory", sizeBytes: 1 }],
  ])("refuses %s", ([, fields]) => {
    expect(() => encodeTarHeader(tarEntry({ path: "a", type: "file", ...fields }))).toThrow(/No tar header/);
  });
});

describe("writeTar()", () => {
  it("writes what the parser reads, byte for byte the same each time", { timeout: 60_000 }, () =>
    fc.assert(
      fc.asyncProperty(randomTree(), async (files) => {
        const archive = await readAll(writeTar(files));
        expect(Buffer.compare(await readAll(writeTar(files)), archive)).toBe(0);
        const entries: TarEntry[] = [];
        const contents: Uint8Array[] = [];
        const parser = new TarParser({
          entry: (entry) => entries.push(entry),
          data: (bytes) => contents.push(bytes),
          end: () => {},
        });
        parser.push(archive);
        parser.finish();
        const named = files.map(({ entry }) =>
          entry.type === "directory" ? { ...entry, path: `${entry.path}/` } : entry,
        );
        expect(entries).toEqual(named);
        expect(Buffer.compare(concatBytes(contents), concatBytes(files.map(({ content }) => content)))).toBe(
          0,
        );
      }),
      { numRuns: 30 },
    ),
  );

  it("errors when a content is not as long as its entry says", async () => {
    const entry = tarEntry({ path: "a", type: "file", sizeBytes: 3 });
    for (const content of [new Uint8Array(2), new Uint8Array(4), streamOf(new Uint8Array(2))]) {
      await expect(readAll(writeTar([{ entry, content }]))).rejects.toMatchObject({ code: "internal" });
    }
  });

  it("cancels a content's stream when its reader leaves", async () => {
    let cancelled = false;
    const content = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(100)),
      cancel: () => {
        cancelled = true;
      },
    });
    const reader = writeTar([
      { entry: tarEntry({ path: "a", type: "file", sizeBytes: 1e6 }), content },
    ]).getReader();
    await reader.read();
    await reader.read();
    await reader.cancel();
    expect(cancelled).toBe(true);
  });
});
