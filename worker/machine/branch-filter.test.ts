import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBranches, encodeBranches } from "./branch-filter.ts";

describe("encodeBranches", () => {
  it("gives calls of one function the same bytes, wherever they are", () => {
    const code = new Uint8Array(300).fill(0x90);
    const view = new DataView(code.buffer);
    for (const at of [10, 100, 280]) {
      code[at] = 0xe8;
      view.setInt32(at + 1, 200 - at, true);
    }
    encodeBranches(code, 0, code.length);
    expect([10, 100, 280].map((at) => view.getInt32(at + 1, true))).toEqual([200, 200, 200]);
  });

  it("is undone by decodeBranches, whatever the bytes", () => {
    const byte = fc.oneof(fc.constantFrom(0xe8, 0xe9, 0, 0xff), fc.integer({ min: 0, max: 255 }));
    const bytes = fc.array(byte, { maxLength: 400 }).map((values) => Uint8Array.from(values));
    const sizes = fc.integer({ min: 400, max: 0x7fff_ffff });
    void fc.assert(
      fc.property(bytes, sizes, fc.double({ min: 0, max: 1, noNaN: true }), (original, sizeBytes, share) => {
        const address = Math.floor(share * (sizeBytes - original.length));
        const copy = original.slice();
        encodeBranches(copy, address, sizeBytes);
        decodeBranches(copy, address, sizeBytes);
        expect(copy).toEqual(original);
      }),
      { numRuns: 2000 },
    );
  });
});
