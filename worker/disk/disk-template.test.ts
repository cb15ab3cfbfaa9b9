import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MemoryFile } from "../store/memory-file.ts";
import { ChunkDisk } from "./chunk-disk.ts";
import { readDiskTemplate, writeDiskTemplate } from "./disk-template.ts";

function image(): MemoryFile {
  const file = new MemoryFile();
  file.truncate(300 * 2 ** 20);
  file.writeAt(1024, new Uint8Array(100).fill(1));
  file.writeAt(200 * 2 ** 20 - 10, new Uint8Array(5000).fill(2));
  file.writeAt(300 * 2 ** 20 - 1, Uint8Array.of(3));
  return file;
}

describe("writeDiskTemplate()", () => {
  it("makes a small file from which the same disk comes", () => {
    const file = image();
    const template = writeDiskTemplate(file);
    expect(template.byteLength).toBeLessThan(1000);
    const disk = ChunkDisk.open(new MemoryFile(), readDiskTemplate(template));
    expect(disk.byteLength).toBe(file.sizeBytes);
    const expected = new Uint8Array(2 ** 20);
    for (let offset = 0; offset < disk.byteLength; offset += expected.byteLength) {
      file.readAt(offset, expected);
      expect(Buffer.compare(disk.read(offset, expected.byteLength), expected)).toBe(0);
    }
  });

  it("is the same every time, and when told where the data is", () => {
    const template = writeDiskTemplate(image());
    expect(writeDiskTemplate(image())).toEqual(template);
    const ranges = [
      { offset: 0, lengthBytes: 8192 },
      { offset: 199 * 2 ** 20, lengthBytes: 2 ** 20 },
      { offset: 200 * 2 ** 20, lengthBytes: 100 * 2 ** 20 },
    ];
    const told = readDiskTemplate(writeDiskTemplate(image(), ranges));
    expect(told).toEqual(readDiskTemplate(template));
  });
});

describe("readDiskTemplate()", () => {
  it("refuses damage", () => {
    const template = writeDiskTemplate(image());
    expect(() => readDiskTemplate(new Uint8Array(0))).toThrow(/not a template/);
    expect(() => readDiskTemplate(template.subarray(0, 20))).toThrow(/damaged/);
  });

  it("gives extents inside the disk or an EngineError, for any bytes", () => {
    const template = writeDiskTemplate(image());
    fc.assert(
      fc.property(fc.nat(template.byteLength - 1), fc.integer({ min: 0, max: 255 }), (at, value) => {
        const changed = template.slice();
        changed[at] = value;
        try {
          const { byteLength, extents } = readDiskTemplate(changed);
          for (const { offset, bytes } of extents)
            expect(offset + bytes.byteLength).toBeLessThanOrEqual(byteLength);
        } catch (error) {
          expect(error).toMatchObject({ name: "EngineError", code: "corrupt" });
        }
      }),
      { numRuns: 300 },
    );
  });
});
