import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tabTitle } from "./tab-title.ts";

describe("tabTitle()", () => {
  it("keeps what people read", () => {
    expect(tabTitle("root@web: ~/größe 日本")).toBe("root@web: ~/größe 日本");
  });

  it("drops controls, and characters that hide or reverse text", () => {
    expect(tabTitle("a\x1b[31m\u202eb\u200b\n c")).toBe("a [31m b c");
  });

  it("is undefined without anything readable", () => {
    expect(tabTitle("")).toBeUndefined();
    expect(tabTitle(" \u200b\x07 ")).toBeUndefined();
  });

  it("cuts between characters", () => {
    const title = tabTitle("😀".repeat(200));
    expect([...title!]).toHaveLength(80);
    expect(title!.endsWith("😀…")).toBe(true);
  });

  it("is short and free of controls for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 2000 }), (raw) => {
        const title = tabTitle(raw);
        if (title === undefined) return;
        expect([...title].length).toBeLessThanOrEqual(80);
        expect(title).toMatch(/^[^\p{Cc}\p{Cf}\p{Cs}]+$/u);
      }),
    );
  });
});
