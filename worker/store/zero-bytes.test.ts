import fc from "fast-check";
import { expect, it } from "vitest";
import { isAllZero } from "./zero-bytes.ts";

it("isAllZero() finds a single bit at any place and alignment", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 80 }),
      fc.integer({ min: 0, max: 16 }),
      fc.nat(),
      fc.integer({ min: 0, max: 7 }),
      (length, start, place, bit) => {
        const bytes = new Uint8Array(120).fill(0xff, 0, start).subarray(start, start + length);
        expect(isAllZero(bytes)).toBe(true);
        if (length > 0) {
          bytes[place % length] = 1 << bit;
          expect(isAllZero(bytes)).toBe(false);
        }
      },
    ),
  );
});
