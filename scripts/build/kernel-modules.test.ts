import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findModules, loadOrder, moduleNeeds } from "./kernel-modules.ts";

let folder = "";

function module(name: string, ...modinfo: string[]): void {
  writeFileSync(join(folder, `${name}.ko`), `\x7fELF\0${modinfo.map((line) => `${line}\0`).join("")}rest`);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "modules-"));
  module("nf-tables", "license=GPL", "depends=nfnetlink", "softdep=pre: crc32c libcrc32c post: other");
  module("nfnetlink", "depends=");
  module("libcrc32c", "depends=nfnetlink,x-tables");
  module("x_tables", "depends=built-in");
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("moduleNeeds()", () => {
  it("joins hard and soft dependencies, once each", () => {
    const object = Buffer.from("\0depends=a-b,c\0softdep=pre: c d post: e\0softdep=post: f\0");
    expect(moduleNeeds(object)).toEqual(["a_b", "c", "d"]);
  });
});

describe("loadOrder()", () => {
  it("puts modules after what they need, each once, without built-in ones", () => {
    const order = loadOrder(["nf_tables", "x_tables"], findModules(folder), new Set(["built_in"]));
    expect(order.map(({ name }) => name)).toEqual(["nfnetlink", "x_tables", "libcrc32c", "nf_tables"]);
  });

  it("rejects a module of the list that the kernel does not have", () => {
    expect(() => loadOrder(["ext4"], findModules(folder), new Set())).toThrow(/no module "ext4"/);
  });
});
