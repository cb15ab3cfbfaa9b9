import { describe, expect, it } from "vitest";
import { readAll, streamOf } from "../base/streams.ts";
import { MemoryFile } from "../store/memory-file.ts";
import { lines, tarFacts } from "../tar/testing/file-facts.ts";
import { byteFileSource } from "./byte-file-source.ts";
import { layerTar } from "./layer-tar.ts";
import { ErofsReader } from "./read-erofs.ts";
import { file, imageFacts, imageOf, other } from "./testing/test-image.ts";
import { writeErofs } from "./write-erofs.ts";

describe("layerTar()", () => {
  it("gives back a tar that makes the same layer", async () => {
    const members = [
      file("a", "x".repeat(9000), { uid: 70_000, mtimeSec: -5, mtimeNsec: 7 }),
      other("b", "hardlink", { linkPath: "a" }),
      file("d/.wh.gone", ""),
      file("d/.wh..wh..opq", ""),
      other("d/pipe", "fifo"),
      other("d/null", "char", { deviceMajor: 1, deviceMinor: 3 }),
      other("s", "symlink", { linkPath: "d/../a" }),
    ];
    const first = await imageOf(members);
    const archive = await readAll(layerTar(first.reader));
    expect([...tarFacts(archive).keys()].sort()).toEqual(
      ["", "a", "b", "d", "d/.wh..wh..opq", "d/.wh.gone", "d/null", "d/pipe", "s"].sort(),
    );
    const again = new MemoryFile();
    await writeErofs(streamOf(archive), again);
    const read = await imageFacts(await ErofsReader.open(byteFileSource(again)));
    expect(lines(read)).toEqual(lines(await imageFacts(first.reader)));
    expect(await readAll(layerTar(await ErofsReader.open(byteFileSource(again))))).toEqual(archive);
  });
});
