import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { globPattern, matchGlob, trimTree } from "./trim-tree.ts";

const files = [
  "usr/share/doc/a/copyright",
  "usr/share/doc/a/README",
  "usr/lib/libx.so.1",
  "usr/share/nano/c.nanorc",
  "usr/share/nano/ada.nanorc",
];
let tree = "";

beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), "tree-"));
  for (const path of files) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), "");
  }
});
afterEach(() => rmSync(tree, { recursive: true }));

describe("matchGlob()", () => {
  it("keeps * within a name and understands all but", () => {
    expect(matchGlob(tree, "usr/lib/libx*")).toEqual(["usr/lib/libx.so.1"]);
    expect(matchGlob(tree, "usr/share/doc/*/!(copyright)")).toEqual(["usr/share/doc/a/README"]);
    expect(matchGlob(tree, "usr/share/nano/!(c|sh).nanorc")).toEqual(["usr/share/nano/ada.nanorc"]);
    expect(matchGlob(tree, "usr/*.so.1")).toEqual([]);
    expect(matchGlob(tree, "no/such/*")).toEqual([]);
  });
});

describe("globPattern()", () => {
  it("names the same paths as matchGlob()", () => {
    const pattern = globPattern("usr/share/doc/*/!(copyright)");
    expect(files.filter((path) => pattern.test(path))).toEqual(["usr/share/doc/a/README"]);
    expect(globPattern("usr/share/man/*").test("usr/share/man/de/man1")).toBe(false);
  });
});

describe("trimTree()", () => {
  it("removes files and whole folders", async () => {
    await trimTree(tree, ["usr/share/doc", "usr/share/nano/!(c).nanorc"]);
    expect(files.filter((path) => existsSync(join(tree, path)))).toEqual([
      "usr/lib/libx.so.1",
      "usr/share/nano/c.nanorc",
    ]);
  });
});
