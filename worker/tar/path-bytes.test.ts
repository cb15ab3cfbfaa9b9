import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byteString, decodePath, encodePath } from "./path-bytes.ts";

describe("decodePath() and encodePath()", () => {
  it("give every sequence of bytes back", () => {
    return fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(encodePath(decodePath(bytes))).toEqual(bytes);
      }),
    );
  });

  it("give every proper string back, and decode it as UTF-8", () => {
    return fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (path) => {
        expect(decodePath(new TextEncoder().encode(path))).toBe(path);
        expect(decodePath(encodePath(path))).toBe(path);
      }),
    );
  });

  it("keep what is UTF-8 next to bytes that are not", () => {
    expect(decodePath(Uint8Array.of(0x61, 0xff, 0xc3, 0xa9, 0xc3))).toBe("a\udcffé\udcc3");
    expect(decodePath(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe("\ufeffa");
  });
});

describe("byteString()", () => {
  it("sorts as the bytes do, unlike the strings", () => {
    const names = ["\u{10000}", "\uffee", "a", "\udcff"];
    const sorted = [...names].sort((a, b) => (byteString(a) < byteString(b) ? -1 : 1));
    expect(sorted).toEqual([...names].sort((a, b) => Buffer.compare(encodePath(a), encodePath(b))));
    expect(sorted).not.toEqual([...names].sort());
  });
});
