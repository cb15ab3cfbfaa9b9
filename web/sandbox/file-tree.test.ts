import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type FileSystemTree, filesOfTar, filesOfTree, tarOfFiles, treeOfFiles } from "./file-tree.ts";

const everything = () => true;

async function throughTar(tree: FileSystemTree, wanted: (path: string) => boolean = everything) {
  return treeOfFiles(await filesOfTar(tarOfFiles(filesOfTree(tree)).stream(), wanted));
}

const name = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 40 })
  .filter((text) => !/[/\0]/.test(text) && text !== "." && text !== "..");
const { tree } = fc.letrec<{ tree: FileSystemTree; node: FileSystemTree[string] }>((tie) => ({
  tree: fc.dictionary(name, tie("node"), { maxKeys: 4, noNullPrototype: false }),
  node: fc.oneof(
    { depthSize: "small" },
    fc.record({ file: fc.record({ contents: fc.string({ unit: "grapheme" }) }) }),
    fc.record({ file: fc.record({ contents: fc.constant(new Uint8Array([0xff, 0, 1])) }) }),
    fc.record({ file: fc.record({ symlink: fc.constant("../other") }) }),
    fc.record({ directory: tie("tree") }),
  ),
}));

describe("filesOfTree() and treeOfFiles()", () => {
  it("are each other's inverse, through tar", async () => {
    await fc.assert(
      fc.asyncProperty(tree, async (given) => {
        expect(await throughTar(given)).toEqual(given);
      }),
    );
  });

  it("leave out what is not wanted", async () => {
    const given = {
      "a.txt": { file: { contents: "a" } },
      b: { directory: { c: { file: { contents: "c" } } } },
    };
    expect(await throughTar(given, (path) => path === "b/c")).toEqual({
      b: { directory: { c: { file: { contents: "c" } } } },
    });
  });

  it("refuse names that would lead elsewhere", () => {
    for (const bad of ["", ".", "..", "../up", "a/b", "nul\0"])
      expect(() => filesOfTree({ [bad]: { file: { contents: "" } } })).toThrow(RangeError);
  });

  it("refuse a tree without an end", () => {
    const tree: Record<string, FileSystemTree[string]> = {};
    tree.again = { directory: tree };
    expect(() => filesOfTree(tree)).toThrow(RangeError);
  });
});
