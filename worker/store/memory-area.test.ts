import { describe, expect, it } from "vitest";
import { MemoryArea } from "./memory-area.ts";
import { describeFileArea } from "./testing/file-area-suite.ts";

describeFileArea("MemoryArea", async () => new MemoryArea());

describe("MemoryArea.usedBytes", () => {
  it("stays at nothing for zeros, and returns to it when a chunk becomes zeros", async () => {
    const area = new MemoryArea();
    const file = (await area.folder("f").open("a", { create: true }))!;
    file.writeAt(2 ** 34, new Uint8Array(200_000));
    expect(file.sizeBytes).toBe(2 ** 34 + 200_000);
    expect(area.usedBytes).toBe(0);
    file.writeAt(65_536 * 3 + 10, Uint8Array.of(1));
    expect(area.usedBytes).toBe(65_536);
    file.writeAt(65_536 * 3, new Uint8Array(65_536));
    expect(area.usedBytes).toBe(0);
  });
});
