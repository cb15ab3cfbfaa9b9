// The agent's tar_in() with archives made to do harm.
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type ArchiveEntry, makeArchive, makeEntry, paxHeader, setChecksum } from "./test/make-archive.ts";
import {
  canRunTreeProgram,
  makeTemporaryDirectory,
  openTreeProgram,
  type TreeProgram,
} from "./test/tree-program.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

describe.skipIf(!canRunTreeProgram())("tar_in() of a hostile archive", () => {
  let program: TreeProgram;
  let directory: string;
  beforeAll(() => {
    program = openTreeProgram();
  });
  beforeEach(() => {
    directory = makeTemporaryDirectory();
    fs.mkdirSync(at("outside"));
    fs.writeFileSync(at("outside/file"), "untouched");
    fs.mkdirSync(at("root/to"), { recursive: true });
  });
  afterEach(() => {
    const outside = program.list(at("outside"));
    const files = fs.readdirSync(directory).sort();
    execFileSync("rm", ["-rf", directory]);
    expect(files).toEqual(["outside", "root"]);
    expect(outside).toHaveLength(1);
    expect(outside[0]).toMatch(/^file 100644 0:0 size=9 hash=\w+ links=1 /);
  });
  const at = (...path: string[]) => join(directory, ...path);
  const extract = (archive: Uint8Array) => program.run(["tar-in", at("root"), "to"], archive);
  const refuse = (archive: Uint8Array, message: RegExp) => {
    const { status, stderr } = extract(archive);
    expect(stderr.toString()).toMatch(message);
    expect(status).toBe(1);
  };

  it.each(["../file", "a/../../file", "..", "a/..", "/../file"])("refuses the name %s", (name) => {
    refuse(makeArchive({ name }), /^EINVAL The archive is refused: "\.\." or a zero byte/);
    refuse(makeArchive(paxHeader({ path: name }), {}), /^EINVAL/);
    refuse(makeArchive({ type: "L", content: `${name}\0` }, {}), /^EINVAL/);
    refuse(makeArchive({ type: "1", link: name }), /^EINVAL/);
  });

  it("keeps absolute names inside", () => {
    const name = at("outside/file");
    expect(extract(makeArchive({ name, content: "in" })).status).toBe(0);
    expect(fs.readFileSync(join(at("root/to"), name), "utf8")).toBe("in");
  });

  it("writes through no symbolic link out of the root", () => {
    for (const link of [at("outside"), "../../outside", "/../../outside"]) {
      const into = [
        { name: "link", type: "2", link },
        { name: "link/file", content: "bad" },
      ];
      refuse(makeArchive(...into), /^(ENOTDIR|ENOENT|ELOOP) Cannot extract "link\/file"/);
      refuse(
        makeArchive(into[0]!, { name: "link/", type: "5" }, { name: "link", type: "2", link: "x" }, into[1]!),
        /^E/,
      );
    }
    for (const link of [at("outside/file"), "../../outside/file"]) {
      expect(extract(makeArchive({ name: "f", type: "2", link }, { name: "f", content: "in" })).status).toBe(
        0,
      );
      expect(fs.readFileSync(at("root/to/f"), "utf8")).toBe("in");
    }
  });

  it("writes through no link that a directory held open has become", () => {
    const archive = makeArchive(
      { name: "a/b/", type: "5" },
      { name: "a/b", type: "2", link: at("outside") },
      { name: "a/b/file", content: "bad" },
    );
    refuse(archive, /^(ENOTDIR|ENOENT|ELOOP) Cannot extract "a\/b\/file"/);
  });

  it("links to nothing outside", () => {
    refuse(
      makeArchive({ name: "x", type: "1", link: at("outside/file") }),
      /^ENOENT Cannot extract "x" as a link to/,
    );
    const leadsOut = { name: "link", type: "2", link: at("outside") };
    refuse(makeArchive(leadsOut, { name: "x", type: "1", link: "link/file" }), /^ENOENT/);
    /* A link to a symbolic link is one more symbolic link. */
    const file = { name: "f", type: "2", link: at("outside/file") };
    expect(extract(makeArchive(file, { name: "x", type: "1", link: "f" })).status).toBe(0);
    expect(fs.lstatSync(at("root/to/x")).isSymbolicLink()).toBe(true);
  });

  it("keeps a file that is linked to itself", () => {
    const archive = makeArchive({ name: "f", content: "kept" }, { name: "./f", type: "1", link: "f" });
    expect(extract(archive).status).toBe(0);
    expect(fs.readFileSync(at("root/to/f"), "utf8")).toBe("kept");
  });

  it("replaces no directory that has content", () => {
    const archive = makeArchive({ name: "d/file" }, { name: "d" });
    refuse(archive, /^EISDIR Cannot extract "d": it would replace a directory with content\n$/);
  });

  it("sets no attributes of overlayfs", () => {
    const records = { "SCHILY.xattr.trusted.overlay.opaque": "y", "SCHILY.xattr.user.fine": "\0\n=" };
    expect(extract(makeArchive(paxHeader(records), { name: "d", type: "5" })).status).toBe(0);
    expect(program.list(at("root/to"))).toEqual([expect.stringMatching(/ user\.fine=\\00\\0a=$/)]);
    expect(program.list(at("root/to"))[0]).not.toContain("overlay");
  });

  const broken: [string, ArchiveEntry[], RegExp][] = [
    [
      "a wrong checksum",
      [{ broken: true }],
      /^EBADMSG The archive is broken at byte 512: a header has a wrong checksum/,
    ],
    ["no archive at all", [{ fields: { 148: "zzzzzzzz" }, broken: true }], /wrong checksum/],
    ["a negative size", [{ fields: { 124: Buffer.alloc(12, 0xff) } }], /bad size/],
    ["a size without end", [{ fields: { 124: Buffer.from(`80${"ff".repeat(11)}`, "hex") } }], /bad size/],
    ["letters for a number", [{ fields: { 108: "12x" } }], /bad number/],
    ["an owner that cannot be", [{ fields: { 108: Buffer.alloc(8, 0xff) } }], /bad number/],
    ["a record longer than its header", [{ type: "x", content: "99 path=x\n" }, {}], /malformed/],
    ["a record without a key", [{ type: "x", content: "7 abcd\n" }, {}], /malformed/],
    ["a record of length zero", [{ type: "x", content: "0 a=b\n" }, {}], /malformed/],
    ["a record without an end", [{ type: "x", content: "7 a=bcd" }, {}], /malformed/],
    ["a number that is none", [paxHeader({ uid: "-1" }), {}], /malformed/],
    ["a size that is too large", [paxHeader({ size: "99999999999999999999" }), {}], /malformed/],
    ["a size beyond its end", [paxHeader({ size: "9000000000000000000" }), {}], /truncated/],
    [
      "an extended header of 2 MiB",
      [{ type: "x", content: Buffer.alloc(2 << 20) }, {}],
      /extended header is too long/,
    ],
    ["an extended header at the end", [paxHeader({ path: "x" })], /without an entry/],
    ["a zero byte in a name", [paxHeader({ path: "a\0b" }), {}], /zero byte/],
    ["no name", [{ name: "." }], /^EINVAL .* without a name/],
    ["a sparse file", [{ type: "S" }], /^EOPNOTSUPP .* not supported: 'S' \(GNU sparse file\)/],
    ["a sparse file of pax", [paxHeader({ "GNU.sparse.major": "1" }), {}], /^EOPNOTSUPP .* sparse file/],
    ["a kind nobody knows", [{ type: "Z" }], /^EOPNOTSUPP/],
    [
      "a name longer than Linux has",
      [paxHeader({ path: "n".repeat(256) }), {}],
      /^ENAMETOOLONG Cannot extract "nnn/,
    ],
    ["a link to nothing", [{ type: "2" }], /^ENOENT Cannot extract "name"/],
    [
      "control characters",
      [{ name: "\x1b[31m/\n", type: "1", link: "x" }],
      /^ENOENT Cannot extract "\?\[31m\/\?" as/,
    ],
  ];
  it.each(broken)("refuses %s", (_name, entries, message) => refuse(makeArchive(...entries), message));

  it("refuses what is cut off anywhere but between entries", () => {
    const archive = makeArchive(paxHeader({ path: "p" }), { content: "x".repeat(600) }, { name: "q" });
    for (let length = 1; length < 3072; length += 211)
      refuse(archive.subarray(0, length), /truncated|without an entry/);
    expect(extract(archive.subarray(0, 3072)).status).toBe(0);
  });

  it("makes 5,000 missing levels, which tree_remove() takes away again", () => {
    const name = `${"a/".repeat(5000)}f`;
    const { status, stderr } = extract(makeArchive(paxHeader({ path: name }), {}));
    expect([status, stderr.toString()]).toEqual([0, ""]);
    program.must(["remove", at("root/to")]);
    expect(fs.readdirSync(at("root"))).toEqual([]);
  });

  it("survives any change to an archive", () => {
    const whole = makeArchive(
      paxHeader({ mtime: "1.5", "SCHILY.xattr.user.a": "b" }, "g"),
      { name: "d/", type: "5" },
      paxHeader({ path: `d/${"n".repeat(150)}`, linkpath: "x", uid: "7", size: "700" }),
      { content: "c".repeat(700) },
      { type: "L", content: `d/${"l".repeat(120)}\0` },
      { type: "K", content: `${"k".repeat(120)}\0` },
      { type: "2" },
      { name: "d/hard", type: "1", link: `d/${"n".repeat(150)}` },
      { name: "d/link", type: "2", link: at("outside") },
      { name: "d/device", type: "3", fields: { 329: "0000001\0" } },
    );
    const change = fc.record({
      at: fc.nat(whole.length - 1),
      byte: fc.oneof(fc.nat(255), fc.constantFrom(0, 47, 46, 255)),
    });
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 1, maxLength: 6 }),
        fc.nat(whole.length),
        (changes, length) => {
          const archive = Buffer.from(whole);
          for (const { at: offset, byte } of changes) archive[offset] = byte;
          for (let offset = 0; offset < archive.length - 1024; offset += 512) {
            if (archive.toString("latin1", offset + 257, offset + 262) === "ustar")
              setChecksum(archive, offset);
          }
          const { status, stderr } = extract(length % 3 === 0 ? archive.subarray(0, length) : archive);
          expect([0, 1], stderr.toString()).toContain(status);
          if (status === 1) expect(stderr.toString()).toMatch(/^E[A-Z0-9]+ ./);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("survives headers of any bytes", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 100, maxLength: 512 }),
        fc.constantFrom(..."0123456xgLK"),
        (bytes, type) => {
          const block = Buffer.concat([Buffer.alloc(512), makeEntry({ type })]);
          block.set(bytes);
          block.write(type, 156);
          setChecksum(block, 0);
          expect([0, 1]).toContain(extract(block).status);
        },
      ),
      { numRuns: 100 },
    );
  });
});
