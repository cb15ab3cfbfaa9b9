import { describe, expect, it } from "vitest";
import { readAll } from "../base/streams.ts";
import { MemoryFile } from "../store/memory-file.ts";
import { byteFileSource } from "./byte-file-source.ts";
import { ErofsBuilder } from "./erofs-builder.ts";
import { ErofsReader } from "./read-erofs.ts";

const metadata = { mode: 0o600, uid: 1, gid: 2, mtimeSec: 3, mtimeNsec: 4 };

async function contentOf(file: MemoryFile, path: string): Promise<Uint8Array> {
  const found = await (await ErofsReader.open(byteFileSource(file))).find(path);
  return readAll(found!.content());
}

describe("ErofsBuilder", () => {
  it("makes an image of nothing", async () => {
    const file = new MemoryFile();
    expect(new ErofsBuilder(file).finish()).toEqual({ sizeBytes: 4096, entryCount: 1 });
    expect(await (await ErofsReader.open(byteFileSource(file))).list("")).toEqual([]);
  });

  it("keeps data in any mixture of pieces, zeros and holes", async () => {
    for (const size of [0, 1, 4095, 4096, 4097, 70_001, 9_000_001]) {
      const file = new MemoryFile();
      const builder = new ErofsBuilder(file);
      const expected = new Uint8Array(size);
      builder.beginFile("f", metadata, size);
      for (let at = 0, step = 1; at < size; step = (step * 7 + 13) % 150_007) {
        const count = Math.min(step, size - at);
        if (step % 3 === 0) builder.hole(count);
        else builder.data(expected.subarray(at, at + count).fill(step));
        at += count;
      }
      builder.endFile();
      builder.finish();
      expect(Buffer.compare(await contentOf(file, "f"), expected)).toBe(0);
    }
  });

  it("keeps a file that is one hole, and one with a short end behind a hole", async () => {
    const file = new MemoryFile();
    const builder = new ErofsBuilder(file);
    builder.beginFile("hole", metadata, 1_000_003);
    builder.hole(1_000_003);
    builder.endFile();
    builder.beginFile("end", metadata, 1_000_003);
    builder.hole(1_000_000);
    builder.data(Uint8Array.of(1, 2, 3));
    builder.endFile();
    expect(builder.finish().sizeBytes).toBeLessThan(20_000);
    expect((await contentOf(file, "hole")).every((byte) => byte === 0)).toBe(true);
    expect((await contentOf(file, "end")).subarray(999_998)).toEqual(Uint8Array.of(0, 0, 1, 2, 3));
  });

  it("refuses more or fewer bytes than a file's size", () => {
    const builder = new ErofsBuilder(new MemoryFile());
    builder.beginFile("f", metadata, 10);
    expect(() => builder.data(new Uint8Array(11))).toThrow(/more bytes/);
    expect(() => builder.hole(11)).toThrow(/more bytes/);
    expect(() => builder.endFile()).toThrow(/incomplete/);
    expect(() => builder.beginFile("g", metadata, 1)).toThrow(/still open/);
  });

  it("takes device numbers that Linux has, and no others", async () => {
    const file = new MemoryFile();
    const builder = new ErofsBuilder(file);
    builder.addDevice("d", metadata, "block", 0xfff, 0xfffff);
    expect(() => builder.addDevice("e", metadata, "char", 0x1000, 0)).toThrow(/device number/);
    builder.finish();
    const found = await (await ErofsReader.open(byteFileSource(file))).find("d");
    expect(found!.entry).toMatchObject({ ...metadata, deviceMajor: 0xfff, deviceMinor: 0xfffff });
  });

  it("bounds the metadata that it keeps in memory", () => {
    const builder = new ErofsBuilder(new MemoryFile());
    const target = "t".repeat(4000);
    const fill = () => {
      for (let i = 0; i < 100_000; i++) builder.addSymlink(`l${i}`, metadata, target);
    };
    expect(fill).toThrow(/Too much metadata/);
  });
});
