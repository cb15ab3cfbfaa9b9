import { posix } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { guestPath } from "./guest-path.ts";

describe("guestPath()", () => {
  it("resolves as POSIX does", () => {
    const path = fc.stringMatching(/^[ab./]{0,12}$/);
    fc.assert(
      fc.property(path, (text) => {
        expect(guestPath("/root/project", text)).toBe(posix.resolve("/root/project", text || "."));
      }),
    );
  });
});
