import { describe, expect, it } from "vitest";
import { bootProgress } from "./boot-progress.ts";

describe("bootProgress()", () => {
  it("tells what is fetched, how much of it, and the percent", () => {
    expect(
      bootProgress({ phase: "fetching", what: "the machine", loadedBytes: 3_300_000, totalBytes: 7_900_000 }),
    ).toEqual({
      step: "fetch",
      text: "Fetching the machine",
      bytes: "3.3 MB of 7.9 MB",
      percent: 41,
    });
  });

  it("has no percent when the total is unknown or nothing", () => {
    for (const totalBytes of [undefined, 0]) {
      const progress = bootProgress({ phase: "fetching", what: "x", loadedBytes: 2_000_000, totalBytes });
      expect(progress).toMatchObject({ bytes: "2.0 MB", percent: undefined });
    }
  });

  it("stays within 0 and 100 when more arrives than was announced", () => {
    expect(bootProgress({ phase: "fetching", what: "x", loadedBytes: 30, totalBytes: 20 }).percent).toBe(100);
  });

  it("does not say 100 before everything is there", () => {
    expect(
      bootProgress({ phase: "fetching", what: "x", loadedBytes: 9_999, totalBytes: 10_000 }).percent,
    ).toBe(99);
  });

  it("names the steps after fetching", () => {
    expect(bootProgress({ phase: "restoring" }).step).toBe("restore");
    expect(bootProgress({ phase: "ready", bootMs: 900, storage: { kind: "kept" } }).step).toBe("prompt");
  });
});
