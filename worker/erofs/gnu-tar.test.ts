// Images against GNU tar's own extraction: read back by our reader, and unpacked and checked by fsck.erofs.

import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readAll, streamOf } from "../base/streams.ts";
import { MemoryFile } from "../store/memory-file.ts";
import { writeTar } from "../tar/tar-writer.ts";
import { diskFacts, hashOf, lines, type TreeFacts, tarFacts } from "../tar/testing/file-facts.ts";
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
import { bytesOf, file, imageFacts, imageOf, other, toBytes } from "./testing/test-image.ts";
import { writeErofs } from "./write-erofs.ts";

const missing = missingForTrees("fsck.erofs");
if (missing) console.warn(`Skipped checking EROFS images with fsck.erofs: ${missing}`);

/** fsck.erofs changes owners after modes, which takes the set-id bits away. */
function withoutSetId(tree: TreeFacts): TreeFacts {
  return new Map(
    [...tree].map(([path, facts]) => [
      path,
      { ...facts, mode: (Number.parseInt(facts.mode, 8) & 0o1777).toString(8) },
    ]),
  );
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
      fs.writeFileSync(`${folder}/image`, toBytes(image));
      run("fsck.erofs", `${folder}/image`);
    });
  });
});
