import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EngineError } from "../base/errors.ts";
import { concatBytes, readAll } from "../base/streams.ts";
import { formatPaxRecords } from "./pax-records.ts";
import { type TarEntry, tarEntry } from "./tar-entry.ts";
import type { TarLimits } from "./tar-limits.ts";
import { TarParser } from "./tar-parser.ts";
import { encodeTarHeader, tarPadding, tarTrailer, writeTar } from "./tar-writer.ts";
import { tarFacts } from "./testing/file-facts.ts";
import { randomTree } from "./testing/random-tree.ts";
import { sealTarHeader } from "./testing/seal-header.ts";

const text = (value: string) => new TextEncoder().encode(value);

/** A raw header with fields overwritten: [offset, text]. */
function header(
  name: string,
  flag: string,
  size: number,
  fields: readonly (readonly [number, string | number[]])[] = [],
) {
  const block = encodeTarHeader(tarEntry({ path: name, type: "file", sizeBytes: size })).slice(-512);
  block.set(text(flag), 156);
  for (const [at, value] of fields) block.set(typeof value === "string" ? text(value) : value, at);
  return sealTarHeader(block);
}

function member(block: Uint8Array, body: Uint8Array): Uint8Array {
  return concatBytes([block, body, tarPadding(body.byteLength)]);
}

function pax(flag: "x" | "g", records: Record<string, string | Uint8Array>): Uint8Array {
  const body = formatPaxRecords(Object.entries(records).map(([key, value]) => ({ key, value })));
  return member(header("PaxHeader", flag, body.byteLength), body);
}

function entriesOf(archive: Uint8Array, limits: TarLimits = {}): (TarEntry & { text: string })[] {
  const entries: (TarEntry & { text: string })[] = [];
  const parser = new TarParser(
    {
      entry: (entry) => entries.push({ ...entry, text: "" }),
      data: (bytes) => {
        entries.at(-1)!.text += new TextDecoder("latin1").decode(bytes);
      },
      end: () => {},
    },
    limits,
  );
  parser.push(archive);
  parser.finish();
  return entries;
}

function fails(archive: Uint8Array, message: RegExp, limits: TarLimits = {}) {
  let thrown: unknown;
  try {
    entriesOf(archive, limits);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(EngineError);
  expect(thrown).toMatchObject({ code: "corrupt", message: expect.stringMatching(message) });
}

describe("TarParser", () => {
  it("reads base-256 numbers, negative ones too", () => {
    const big = header("a", "0", 0, [
      [108, [0x80, 0, 0, 0, 0xff, 0xff, 0xff, 0xfe]],
      [136, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe]],
    ]);
    expect(entriesOf(big)[0]).toMatchObject({ uid: 0xffff_fffe, mtimeSec: -2 });
  });

  it("applies global pax headers under local ones, to all later members", () => {
    const archive = concatBytes([
      pax("g", { uid: "7", gid: "8" }),
      header("a", "0", 0),
      pax("x", { uid: "9" }),
      header("b", "0", 0),
      header("c", "0", 0),
    ]);
    expect(entriesOf(archive).map(({ uid, gid }) => [uid, gid])).toEqual([
      [7, 8],
      [9, 8],
      [7, 8],
    ]);
  });

  it("keeps xattrs byte for byte, empty ones too", () => {
    const value = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const archive = concatBytes([
      pax("x", {
        "SCHILY.xattr.security.capability": value,
        "SCHILY.xattr.user.e": "",
        "SCHILY.xattr.user.a%3Db%2525": "x",
      }),
      header("a", "0", 0),
    ]);
    expect([...entriesOf(archive)[0]!.xattrs]).toEqual([
      ["security.capability", value],
      ["user.e", new Uint8Array(0)],
      ["user.a=b%25", text("x")],
    ]);
  });

  it("prefers pax over GNU long names over the header, and needs no order among them", () => {
    const long = member(header("././@LongLink", "L", 6), text("longer"));
    expect(entriesOf(concatBytes([long, header("a", "0", 0)]))[0]!.path).toBe("longer");
    expect(entriesOf(concatBytes([pax("x", { path: "pax" }), long, header("a", "0", 0)]))[0]!.path).toBe(
      "pax",
    );
    expect(entriesOf(concatBytes([long, pax("x", { path: "pax" }), header("a", "0", 0)]))[0]!.path).toBe(
      "pax",
    );
  });

  it("reads an old GNU sparse file with an extension block", () => {
    const gnu: [number, string] = [257, "ustar  \0"];
    const region = (offset: number, length: number) =>
      `${offset.toString(8).padStart(11, "0")}\0${length.toString(8).padStart(11, "0")}\0`;
    const block = header("s", "S", 15, [
      gnu,
      [345, "\0".repeat(155)],
      [386, region(2, 3) + region(10, 3) + region(20, 3) + region(30, 3)],
      [482, [1]],
      [483, "00000000062\0"],
    ]);
    const extension = new Uint8Array(512);
    extension.set(text(region(40, 3) + region(50, 0)));
    const archive = concatBytes([block, extension, text("aaabbbcccdddeee"), tarPadding(15), tarTrailer]);
    const read = entriesOf(archive)[0]!;
    expect(read.sizeBytes).toBe(50);
    expect(read.text.replaceAll("\0", ".")).toBe("..aaa.....bbb.......ccc.......ddd.......eee.......");
  });

  it("takes a v7 name with a trailing slash for a directory, and no bytes after a link with a size", () => {
    const archive = concatBytes([
      header("d/", "0", 0),
      header("l", "1", 5, [[157, "d/x"]]),
      header("e", "0", 0),
    ]);
    expect(entriesOf(archive).map(({ path, type }) => [path, type])).toEqual([
      ["d/", "directory"],
      ["l", "hardlink"],
      ["e", "file"],
    ]);
  });

  it("skips the bytes of a GNU directory listing and of a v7 directory", () => {
    const archive = concatBytes([
      member(header("d/", "D", 700), new Uint8Array(700).fill(65)),
      member(header("v/", "0", 3), text("abc")),
      header("e", "0", 0),
    ]);
    expect(entriesOf(archive).map(({ path, type, sizeBytes }) => [path, type, sizeBytes])).toEqual([
      ["d/", "directory", 0],
      ["v/", "directory", 0],
      ["e", "file", 0],
    ]);
  });

  it("accepts an archive without a trailer, with one zero block, and garbage after the trailer", () => {
    const one = header("a", "0", 0);
    for (const end of [[], [new Uint8Array(512)], [tarTrailer, text("garbage")]]) {
      expect(entriesOf(concatBytes([one, ...end]))).toHaveLength(1);
    }
    expect(entriesOf(new Uint8Array(0))).toHaveLength(0);
  });

  it("reports a cut anywhere inside a member as an unexpected EOF", () => {
    const whole = concatBytes([
      pax("x", { path: "long" }),
      member(header("a", "0", 700), new Uint8Array(700).fill(1)),
    ]);
    for (let length = 1; length < whole.byteLength; length += 97)
      fails(whole.subarray(0, length), /^unexpected EOF/);
  });

  it("rejects what is malformed", () => {
    const flipped = header("a", "0", 0);
    flipped[0] = flipped[0]! ^ 1;
    fails(flipped, /checksum/);
    fails(text("not a tar archive at all".repeat(40)), /tar header/);
    fails(header("a", "Z", 0), /Unhandled tar header type "Z" of "a"/);
    fails(
      header("a", "0", 0, [[124, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0]]]),
      /negative size/,
    );
    fails(header("a", "0", 0, [[108, "12x"]]), /bad uid/);
    fails(header("a", "2", 0), /links to nothing/);
    fails(concatBytes([member(header("x", "x", 5), text("9 a=\n"))]), /record length/);
    fails(concatBytes([pax("x", { path: "a\0b" }), header("a", "0", 0)]), /NUL/);
    fails(concatBytes([pax("x", { mtime: "soon" }), header("a", "0", 0)]), /mtime/);
    fails(concatBytes([new Uint8Array(512), header("a", "0", 0)]), /lone zero block/);
  });

  it("bounds names, headers, xattrs and holes", () => {
    const archive = (records: Record<string, string>) =>
      concatBytes([pax("x", records), header("a", "0", 0)]);
    fails(archive({ path: "p".repeat(5000) }), /too long/);
    fails(archive({ linkpath: "p".repeat(5000) }), /too long/);
    fails(archive({ "SCHILY.xattr.user.a": "v".repeat(70_000) }), /too big/);
    fails(header("x", "x", 2 ** 21), /extended header/);
    fails(
      concatBytes(Array.from({ length: 30 }, (_, i) => pax("g", { [`k${i}`]: "v".repeat(40_000) }))),
      /global pax/,
    );
    fails(archive({ "GNU.sparse.size": String(2 ** 52), "GNU.sparse.map": "0,0" }), /sparse map/);
    fails(archive({ "GNU.sparse.size": "10", "GNU.sparse.map": "0,20" }), /outside/);
    fails(archive({ "GNU.sparse.size": "10", "GNU.sparse.map": "5,2,3,1" }), /overlap/);
  });

  it("never throws anything but EngineError, whatever is changed in an archive", { timeout: 60_000 }, () => {
    const mutation = fc.record({ at: fc.nat(), value: fc.nat(255), reseal: fc.boolean() });
    return fc.assert(
      fc.asyncProperty(
        randomTree({}, 8),
        fc.array(mutation, { minLength: 1, maxLength: 6 }),
        fc.nat(),
        async (files, changes, cut) => {
          const archive = await readAll(writeTar(files));
          for (const { at, value, reseal } of changes) {
            const where = at % archive.byteLength;
            archive[where] = value;
            // A wrong checksum hides what a changed field does.
            if (reseal) sealTarHeader(archive.subarray(where - (where % 512), where - (where % 512) + 512));
          }
          try {
            tarFacts(archive.subarray(0, cut % 3 === 0 ? cut % archive.byteLength : undefined), {
              maxSparseBytes: 1 << 24,
            });
          } catch (error) {
            if (error instanceof EngineError) expect(error.code).toBe("corrupt");
            // A link whose target's name was changed: the test's own complaint.
            else expect(String(error)).toMatch(/links to .*, which is missing/);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
