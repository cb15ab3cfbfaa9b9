import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hashFiles, keyOf } from "./content-key.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "key-"));
  mkdirSync(join(root, "a"));
  writeFileSync(join(root, "a", "x"), "1");
});
afterEach(() => rmSync(root, { recursive: true }));

describe("hashFiles()", () => {
  it("depends on names, contents and the executable bit, not on times or order", async () => {
    const before = await hashFiles(root, ["a", "b"]);
    writeFileSync(join(root, "a", "x"), "1");
    expect(await hashFiles(root, ["b", "a"])).toBe(before);
    chmodSync(join(root, "a", "x"), 0o755);
    const executable = await hashFiles(root, ["a", "b"]);
    writeFileSync(join(root, "a", "x"), "2");
    const changed = await hashFiles(root, ["a", "b"]);
    writeFileSync(join(root, "b"), "");
    const added = await hashFiles(root, ["a", "b"]);
    expect(new Set([before, executable, changed, added]).size).toBe(4);
  });
});

describe("keyOf()", () => {
  it("does not confuse names with values", () => {
    expect(keyOf({ a: "1", b: "2" })).toBe(keyOf({ b: "2", a: "1" }));
    expect(keyOf({ a: "1b", c: "" })).not.toBe(keyOf({ a: "1", bc: "" }));
    expect(keyOf({ a: "1" })).toMatch(/^[0-9a-f]{24}$/);
  });
});
