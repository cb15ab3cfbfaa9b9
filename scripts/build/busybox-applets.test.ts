import { describe, expect, it } from "vitest";
import { busyboxApplets } from "./busybox-applets.ts";

describe("busyboxApplets()", () => {
  it("reads the table of names", () => {
    const binary = Buffer.from("\x7fELF code\0[\0[[\0ash\0zcat\0\0more", "latin1");
    expect(busyboxApplets(binary)).toEqual(["[", "[[", "ash", "zcat"]);
  });

  it("rejects a binary without one", () => {
    expect(() => busyboxApplets(Buffer.from("\x7fELF"))).toThrow(/No table/);
  });
});
