import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LayerSource } from "../store/layer-source.ts";
import { LayerDisk } from "./layer-disk.ts";

const MIB = 1_048_576;

/** Every byte says which layer it is of; `now`: without waiting. */
function layer(value: number, sizeBytes: number, now = true): LayerSource {
  const bytes = (length: number) => new Uint8Array(length).fill(value);
  return {
    sizeBytes,
    read: async (_offset, length) => bytes(length),
    ...(now ? { readNow: (_offset: number, length: number) => bytes(length) } : {}),
  };
}

describe("LayerDisk.place()", () => {
  it("starts at 1 MiB, aligned to 1 MiB", () => {
    const disk = new LayerDisk();
    expect(disk.place(layer(1, 4096), "a")).toEqual({ startByte: MIB, lengthBytes: 4096 });
    expect(disk.place(layer(2, MIB + 4096), "b")).toEqual({ startByte: 2 * MIB, lengthBytes: MIB + 4096 });
    expect(disk.place(layer(3, 4096), "c")).toEqual({ startByte: 4 * MIB, lengthBytes: 4096 });
  });

  it("gives one key one range until its last user is gone", () => {
    const disk = new LayerDisk();
    const range = disk.place(layer(1, 4096), "a");
    expect(disk.place(layer(9, 8192), "a")).toEqual(range);
    expect(disk.usersOf("a")).toBe(2);
    expect(disk.release("a")).toBe(false);
    expect(disk.read(MIB, 1)).toEqual(Uint8Array.of(1));
    expect(disk.release("a")).toBe(true);
    expect(disk.read(MIB, 1)).toEqual(Uint8Array.of(0));
    expect(disk.release("a")).toBe(false);
  });

  it("uses the first hole that is large enough", () => {
    const disk = new LayerDisk();
    for (const [index, key] of ["a", "b", "c", "d"].entries()) disk.place(layer(index, MIB), key);
    disk.release("a");
    disk.release("c");
    expect(disk.place(layer(8, 2 * MIB), "e").startByte).toBe(5 * MIB);
    expect(disk.place(layer(9, MIB), "f").startByte).toBe(MIB);
    expect(disk.place(layer(9, 4096), "g").startByte).toBe(3 * MIB);
  });

  it("says when it is full, and when a size is none", () => {
    const disk = new LayerDisk(4 * MIB);
    disk.place(layer(1, 2 * MIB), "a");
    expect(() => disk.place(layer(2, 2 * MIB), "b")).toThrow(/no room on the layer disk for layer b/);
    for (const size of [0, -4096, 1000, Number.NaN])
      expect(() => disk.place(layer(2, size), "c")).toThrow(/impossible size/);
  });
});

describe("LayerDisk.read()", () => {
  it("is synchronous when the bytes are at hand, and waits otherwise", async () => {
    const disk = new LayerDisk();
    disk.place(layer(1, 4096), "now");
    disk.place(layer(2, 4096, false), "later");
    expect(disk.read(MIB, 512)).toBeInstanceOf(Uint8Array);
    const later = disk.read(2 * MIB, 512);
    expect(later).toBeInstanceOf(Promise);
    expect(await later).toEqual(new Uint8Array(512).fill(2));
  });

  it("agrees with a map of bytes across borders", async () => {
    const disk = new LayerDisk(8 * MIB);
    const model = new Uint8Array(8 * MIB);
    for (const [value, size, now] of [
      [1, 4096, true],
      [2, MIB, true],
      [3, MIB - 4096, false],
      [4, 2 * MIB, true],
    ] as const) {
      const { startByte } = disk.place(layer(value, size, now), `layer ${value}`);
      model.fill(value, startByte, startByte + size);
    }
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 8 * MIB - 1 }),
        fc.integer({ min: 0, max: MIB }),
        async (offset, length) => {
          const count = Math.min(length, 8 * MIB - offset);
          const bytes = await disk.read(offset, count);
          expect(Buffer.compare(bytes, model.subarray(offset, offset + count))).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("rejects a source that gives too little", async () => {
    const disk = new LayerDisk();
    disk.place({ sizeBytes: 4096, read: async () => new Uint8Array(3) }, "short");
    await expect(disk.read(MIB, 512)).rejects.toMatchObject({ code: "corrupt" });
    await expect(disk.read(MIB - 512, 1024)).rejects.toMatchObject({ code: "corrupt" });
  });

  it("drops writes", () => {
    const disk = new LayerDisk();
    disk.place(layer(1, 4096), "a");
    disk.write(MIB, new Uint8Array(512).fill(9));
    disk.write(0, new Uint8Array(512).fill(9));
    expect(disk.read(MIB, 1)).toEqual(Uint8Array.of(1));
    expect(disk.read(0, 512)).toEqual(new Uint8Array(512));
    expect(() => disk.read(64 * 1024 * MIB, 512)).toThrow(/outside of the layer disk/);
  });
});
