import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatPaxTime, readPaxInteger, readPaxTime, readTarNumber } from "./tar-number.ts";

const field = (text: string) => new TextEncoder().encode(text);

describe("readTarNumber()", () => {
  it.for<[string, number]>([
    ["0000644\0", 0o644],
    ["    644 ", 0o644],
    ["\0\0\0\0\0\0\0\0", 0],
    ["        ", 0],
    ["77777777", 0o77777777],
  ])("reads octal %j", ([text, value]) => {
    expect(readTarNumber(field(text), 0, text.length, "mode")).toBe(value);
  });

  it.for(["-0000001", "0x1", "12 3", "8"])("rejects %j", (text) => {
    expect(() => readTarNumber(field(text), 0, text.length, "mode")).toThrow(/bad mode/);
  });

  it("reads base 256 within safe integers", () => {
    const bytes = (value: bigint) =>
      Uint8Array.from({ length: 12 }, (_, i) => Number((value >> BigInt(8 * (11 - i))) & 0xffn));
    expect(() => readTarNumber(Uint8Array.of(0x80, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), 0, 12, "size")).toThrow(
      /bad size/,
    );
    return fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        const encoded = bytes(BigInt(value));
        if (value >= 0) encoded[0] = 0x80;
        expect(readTarNumber(encoded, 0, 12, "size")).toBe(value);
      }),
    );
  });
});

describe("readPaxTime()", () => {
  it("reads what formatPaxTime() writes", () => {
    return fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), fc.nat(999_999_999), (sec, nsec) => {
        expect(readPaxTime(formatPaxTime(sec, nsec), "mtime")).toEqual({ sec, nsec });
      }),
    );
  });

  it.for<[string, number, number]>([
    ["-0.5", -1, 500_000_000],
    ["-1", -1, 0],
    ["3.", 3, 0],
    ["3.1234567891", 3, 123_456_789],
  ])("reads %j", ([text, sec, nsec]) => {
    expect(readPaxTime(text, "mtime")).toEqual({ sec, nsec });
  });

  it.for(["", ".5", "1e9", "1,5", "99999999999999999"])("rejects %j", (text) => {
    expect(() => readPaxTime(text, "mtime")).toThrow(/bad mtime/);
  });
});

describe("readPaxInteger()", () => {
  it.for(["", "1.5", "0x10", "9999999999999999999"])("rejects %j", (text) => {
    expect(() => readPaxInteger(text, "uid")).toThrow(/bad uid/);
  });
});
