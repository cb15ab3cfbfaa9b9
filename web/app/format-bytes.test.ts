import { describe, expect, it } from "vitest";
import { formatBytes } from "./format-bytes.ts";

describe("formatBytes()", () => {
  it.each([
    [0, "0 B"],
    [-3, "0 B"],
    [999, "999 B"],
    [1000, "1 KB"],
    [54_321, "54 KB"],
    [999_999, "1.0 MB"],
    [7_900_000, "7.9 MB"],
    [1_234_567_890, "1.2 GB"],
  ])("shows %d as %s", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});
