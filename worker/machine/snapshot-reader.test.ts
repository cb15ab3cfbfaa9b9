import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { packedSnapshot, plainSnapshot } from "./snapshot-reader.ts";

// Several parts, most of which does not pack.
let random = 1;
const bytes = Uint8Array.from({ length: 900_000 }, (_, index) => {
  random = Math.imul(random, 1_103_515_245) + 12_345;
  return index % 9 ? random >>> 16 : 0;
});
const packed = new Uint8Array(execFileSync("zstd", ["-q", "-c"], { input: bytes, maxBuffer: 1 << 24 }));

describe.each([
  ["plainSnapshot", async () => plainSnapshot(bytes)],
  [
    "packedSnapshot",
    () =>
      packedSnapshot([packed.subarray(0, 70_001), new Uint8Array(), packed.subarray(70_001)], bytes.length),
  ],
])("%s", (_, open) => {
  it("gives the bytes in order, in parts of any size", async () => {
    const reader = await open();
    expect(reader.sizeBytes).toBe(bytes.length);
    const read = new Uint8Array(bytes.length);
    for (let [at, size] = [0, 1]; at < bytes.length; at += size, size = size * 2 + 1)
      await reader.fill(read.subarray(at, at + size));
    expect(Buffer.compare(read, bytes)).toBe(0);
    await reader.end();
  });

  it("refuses to go past the end, or to end before", async () => {
    const reader = await open();
    await expect(reader.end()).rejects.toMatchObject({ code: "corrupt" });
    await expect(reader.fill(new Uint8Array(bytes.length + 1))).rejects.toMatchObject({ code: "corrupt" });
  });
});

describe("packedSnapshot()", () => {
  it.each([
    ["truncated", packed.subarray(0, packed.length >> 1)],
    ["changed in the middle", packed.map((byte, index) => (index === packed.length >> 1 ? byte ^ 1 : byte))],
    ["changed in its checksum", packed.map((byte, index) => (index === packed.length - 1 ? byte ^ 1 : byte))],
    ["no frame", new Uint8Array(1000).fill(7)],
    ["empty", new Uint8Array()],
  ])("refuses a frame that is %s", async (_, damaged) => {
    const reader = await packedSnapshot([damaged], bytes.length);
    const readAll = async () => {
      await reader.fill(new Uint8Array(bytes.length));
      await reader.end();
    };
    await expect(readAll()).rejects.toMatchObject({ code: "corrupt" });
  });
});
