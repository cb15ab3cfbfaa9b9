import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DetachKeyFilter, detachKeysText, parseDetachKeys } from "./detach-keys.ts";

describe("detachKeysText()", () => {
  it("is what parseDetachKeys() reads", () => {
    expect(detachKeysText(parseDetachKeys(""))).toBe("ctrl-p,ctrl-q");
    const codes = fc.uint8Array({ min: 0, max: 127, minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(codes, (keys) => {
        fc.pre(!keys.includes(44));
        expect(parseDetachKeys(detachKeysText(keys))).toEqual(keys);
      }),
    );
  });
});

describe("DetachKeyFilter", () => {
  it("passes everything on until the keys come", () => {
    const filter = new DetachKeyFilter(parseDetachKeys("a,b"));
    const push = (text: string) => {
      const { pass, detached } = filter.push(new TextEncoder().encode(text));
      return [new TextDecoder().decode(pass), detached];
    };
    expect(push("xa")).toEqual(["x", false]);
    expect(push("a")).toEqual(["a", false]);
    expect(push("cd")).toEqual(["acd", false]);
    expect(push("eabz")).toEqual(["e", true]);
  });
});
