import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ByteFile } from "../store/byte-file.ts";
import { MemoryContent, MemoryFile } from "../store/memory-file.ts";
import { isAllZero } from "../store/zero-bytes.ts";
import { ChunkDisk, type DiskTemplate } from "./chunk-disk.ts";
import { CHUNK_BYTES } from "./chunk-table.ts";

const EMPTY: DiskTemplate = { byteLength: 16 * 2 ** 30, extents: [] };

describe("ChunkDisk", () => {
  it("has the template's content and size", () => {
    const bytes = new Uint8Array(5000).fill(7);
    const disk = ChunkDisk.open(new MemoryFile(), {
      byteLength: 1 << 20,
      extents: [{ offset: 63_000, bytes }],
    });
    expect(disk.byteLength).toBe(1 << 20);
    expect(disk.read(63_000, 5000)).toEqual(bytes);
    expect(isAllZero(disk.read(0, 63_000))).toBe(true);
    expect(isAllZero(disk.read(68_000, 100_000))).toBe(true);
  });

  it("takes room only for chunks that are not zeros, and gives it back", () => {
    const content = new MemoryContent();
    const disk = ChunkDisk.open(new MemoryFile(content), EMPTY);
    disk.write(2 ** 33, new Uint8Array(1 << 20));
    expect(disk.usedBytes).toBe(0);
    disk.write(2 ** 33, Uint8Array.of(1));
    disk.write(2 ** 32, Uint8Array.of(2));
    expect(disk.usedBytes).toBe(2 * CHUNK_BYTES);
    disk.write(2 ** 33, new Uint8Array(CHUNK_BYTES));
    expect(disk.usedBytes).toBe(CHUNK_BYTES);
    // The slot is used again, without a trace of what it held.
    disk.write(512, Uint8Array.of(3));
    expect(disk.usedBytes).toBe(2 * CHUNK_BYTES);
    expect(disk.read(0, 513)[512]).toBe(3);
    expect(disk.read(0, 512)).toEqual(new Uint8Array(512));
    // Header, table and two slots: nothing that grows with the disk's size.
    expect(content.usedBytes).toBeLessThan(8 * CHUNK_BYTES);
  });

  it("is the same after every reopening", () => {
    const step = fc.record({
      offset: fc.integer({ min: 0, max: 6 * CHUNK_BYTES }),
      length: fc.integer({ min: 1, max: 2 * CHUNK_BYTES }),
      fill: fc.integer({ min: 0, max: 2 }),
      whole: fc.boolean(),
      reopen: fc.boolean(),
    });
    const template = { byteLength: 8 * CHUNK_BYTES, extents: [] };
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const content = new MemoryContent();
        const model = new Uint8Array(template.byteLength);
        let disk = ChunkDisk.open(new MemoryFile(content), template);
        for (const { offset, length, fill, whole, reopen } of steps) {
          const start = whole ? Math.floor(offset / CHUNK_BYTES) * CHUNK_BYTES : offset;
          const bytes = new Uint8Array(whole ? CHUNK_BYTES : length).fill(fill);
          disk.write(start, bytes);
          model.set(bytes, start);
          if (reopen) disk = ChunkDisk.open(new MemoryFile(content), template);
        }
        expect(Buffer.compare(disk.read(0, model.byteLength), model)).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it("keeps the size it was made with", () => {
    const content = new MemoryContent();
    ChunkDisk.open(new MemoryFile(content), { byteLength: 1 << 20, extents: [] });
    expect(ChunkDisk.open(new MemoryFile(content), EMPTY).byteLength).toBe(1 << 20);
  });

  it("refuses what lies outside", () => {
    const disk = ChunkDisk.open(new MemoryFile(), { byteLength: 1 << 20, extents: [] });
    for (const offset of [-512, (1 << 20) - 100, 2 ** 53]) {
      expect(() => disk.read(offset, 512)).toThrow(/outside of the disk/);
      expect(() => disk.write(offset, new Uint8Array(512))).toThrow(/outside of the disk/);
    }
  });
});

describe("ChunkDisk after a kill", () => {
  const template: DiskTemplate = {
    byteLength: 4 * CHUNK_BYTES,
    extents: [{ offset: 0, bytes: new Uint8Array(3 * CHUNK_BYTES).fill(1) }],
  };

  it("is made anew when its making was cut short, whatever write was the last", () => {
    const writes = countWrites((file) => void ChunkDisk.open(file, template));
    expect(writes).toBeGreaterThan(5);
    for (let survived = 0; survived < writes; survived++) {
      const content = new MemoryContent();
      expect(() => ChunkDisk.open(new DyingFile(content, survived), template)).toThrow("killed");
      const disk = ChunkDisk.open(new MemoryFile(content), template);
      expect(disk.read(0, 3 * CHUNK_BYTES).every((byte) => byte === 1)).toBe(true);
    }
  });

  it("holds either the old or the new content of a write that was cut short", () => {
    for (let survived = 0; survived < 6; survived++) {
      const content = new MemoryContent();
      ChunkDisk.open(new MemoryFile(content), { byteLength: 4 * CHUNK_BYTES, extents: [] });
      try {
        const disk = ChunkDisk.open(new DyingFile(content, survived), EMPTY);
        disk.write(0, new Uint8Array(CHUNK_BYTES).fill(1));
        disk.write(0, new Uint8Array(CHUNK_BYTES));
        disk.write(CHUNK_BYTES, new Uint8Array(100).fill(2));
      } catch {}
      const disk = ChunkDisk.open(new MemoryFile(content), EMPTY);
      expect(new Set(disk.read(0, CHUNK_BYTES)).size).toBe(1);
      const second = disk.read(CHUNK_BYTES, CHUNK_BYTES);
      expect([0, 2]).toContain(second[0]);
      expect(new Set(second.subarray(0, 100)).size).toBe(1);
      expect(second.subarray(100).every((byte) => byte === 0)).toBe(true);
    }
  });
});

describe("ChunkDisk.open()", () => {
  it("refuses a file that is something else, and leaves it alone", () => {
    const content = new MemoryContent();
    const file = new MemoryFile(content);
    file.writeAt(0, new TextEncoder().encode("not a disk"));
    expect(() => ChunkDisk.open(file, EMPTY)).toThrow(/damaged or of another version/);
    expect(file.sizeBytes).toBe(10);
  });

  it("refuses tables with impossible or shared slots", () => {
    for (const [first, second] of [
      [1, 1],
      [9_999_999, 0],
      [3, 0],
    ]) {
      const content = new MemoryContent();
      ChunkDisk.open(new MemoryFile(content), { byteLength: 4 * CHUNK_BYTES, extents: [] }).write(
        0,
        Uint8Array.of(1),
      );
      new MemoryFile(content).writeAt(4096, new Uint8Array(Uint32Array.of(first!, second!).buffer));
      expect(() => ChunkDisk.open(new MemoryFile(content), EMPTY)).toThrow(/table is damaged/);
    }
  });

  it("survives any damage to the header and table, or says that it is corrupt", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 4200 }), fc.integer({ min: 0, max: 255 }))),
        fc.integer({ min: 0, max: 5000 }),
        (changes, cutTo) => {
          const content = new MemoryContent();
          ChunkDisk.open(new MemoryFile(content), { byteLength: 1 << 20, extents: [] });
          const file = new MemoryFile(content);
          for (const [at, value] of changes) file.writeAt(at, Uint8Array.of(value));
          if (cutTo > 4500) file.truncate(cutTo);
          try {
            ChunkDisk.open(file, { byteLength: 1 << 20, extents: [] }).read(0, 512);
          } catch (error) {
            expect(error).toMatchObject({ name: "EngineError", code: "corrupt" });
          }
        },
      ),
    );
  });
});

/** A file whose process is killed after some writes. */
class DyingFile extends MemoryFile implements ByteFile {
  #left: number;

  constructor(content: MemoryContent, writes: number) {
    super(content);
    this.#left = writes;
  }

  override writeAt(offset: number, bytes: Uint8Array): void {
    if (this.#left-- <= 0) throw new Error("killed");
    super.writeAt(offset, bytes);
  }
}

function countWrites(use: (file: ByteFile) => void): number {
  let count = 0;
  class CountingFile extends MemoryFile {
    override writeAt(offset: number, bytes: Uint8Array): void {
      count++;
      super.writeAt(offset, bytes);
    }
  }
  use(new CountingFile());
  return count;
}
