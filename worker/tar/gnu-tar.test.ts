// Against GNU tar: it unpacks what tar-writer writes, and the parser reads what it packs, in each of its formats.

import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readAll } from "../base/streams.ts";
import { writeTar } from "./tar-writer.ts";
import { addFacts, diskFacts, lines, type TreeFacts, tarFacts } from "./testing/file-facts.ts";
import { copySparse, missingForTrees, pack, sparseFormats, unpack, withScratch } from "./testing/gnu-tar.ts";
import { randomTree, type TreeFile } from "./testing/random-tree.ts";

const missing = missingForTrees();
if (missing) console.warn(`Skipped comparing with GNU tar: ${missing}`);

const formats = [
  { name: "pax", plain: false, options: ["--format=pax", "--xattrs", "--xattrs-include=*"] },
  ...sparseFormats.map((format) => ({ plain: false, ...format })),
  { name: "gnu", plain: false, options: ["--format=gnu"] },
  { name: "ustar", plain: true, options: ["--format=ustar"] },
  { name: "v7", plain: true, options: ["--format=v7"] },
];

function factsOfTree(files: readonly TreeFile[]): TreeFacts {
  const tree: TreeFacts = new Map();
  for (const { entry, content } of files) {
    addFacts(tree, entry, entry.type === "file" ? createHash("sha256").update(content).digest("hex") : "");
  }
  return tree;
}

describe.skipIf(missing)("TarParser and writeTar() against GNU tar", () => {
  it.for(formats)("agrees on random trees: $name", { timeout: 120_000 }, async ({ plain, options, name }) => {
    const property = fc.asyncProperty(
      randomTree({ plain }),
      fc.constantFrom(1, 511, 65_536),
      (files, chunkBytes) =>
        withScratch(async (folder) => {
          const kept =
            name === "v7"
              ? files.filter(({ entry }) => !["char", "block", "fifo"].includes(entry.type))
              : files;
          const usable = kept.filter(
            ({ entry }) =>
              entry.type !== "hardlink" || kept.some((file) => file.entry.path === entry.linkPath),
          );
          fs.writeFileSync(`${folder}/ours.tar`, await readAll(writeTar(usable)));
          unpack(`${folder}/ours.tar`, `${folder}/whole`);
          copySparse(`${folder}/whole`, `${folder}/tree`);
          const expected = factsOfTree(usable);
          expect(lines(diskFacts(`${folder}/tree`), ["xattrs"])).toEqual(lines(expected, ["xattrs"]));

          pack(`${folder}/gnu.tar`, `${folder}/tree`, ...options);
          const read = tarFacts(fs.readFileSync(`${folder}/gnu.tar`), {}, chunkBytes);
          const hasXattrs = options.includes("--xattrs");
          const hasNanoseconds = name.startsWith("pax");
          const ignore = [
            ...(hasXattrs ? [] : ["xattrs" as const]),
            ...(hasNanoseconds ? [] : ["mtime" as const]),
          ];
          expect(lines(read, ignore)).toEqual(lines(expected, ignore));
        }),
    );
    await fc.assert(property, { numRuns: 12 });
  });
});
