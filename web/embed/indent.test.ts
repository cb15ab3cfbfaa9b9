import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changeIndent, newLineIndent, type TextChange } from "./indent.ts";

const apply = (text: string, { from, to, text: added }: TextChange) =>
  text.slice(0, from) + added + text.slice(to);

describe("changeIndent()", () => {
  it("goes to the next step where nothing is selected", () => {
    expect(apply("ab", changeIndent("ab", 2, 2, 1))).toBe("ab  ");
    expect(apply("\tab", changeIndent("\tab", 3, 3, 1))).toBe("\tab\t");
  });

  it("moves all lines of a selection, and back", () => {
    const text = "if x:\n    a\n\n    b\n";
    const change = changeIndent(text, 2, text.length - 1, 1);
    const moved = apply(text, change);
    expect(moved).toBe("    if x:\n        a\n\n        b\n");
    expect(moved.slice(change.selectionStart, change.selectionEnd)).toBe(" x:\n        a\n\n        b");
    expect(apply(moved, changeIndent(moved, change.selectionStart, change.selectionEnd, -1))).toBe(text);
  });

  it("takes away what there is of a step", () => {
    expect(apply(" a", changeIndent(" a", 2, 2, -1))).toBe("a");
    expect(apply("a", changeIndent("a", 1, 1, -1))).toBe("a");
  });
});

describe("newLineIndent()", () => {
  it("keeps the depth, and goes deeper after what opens a block", () => {
    expect(apply("  a", newLineIndent("  a", 3, 3))).toBe("  a\n  ");
    expect(apply("def f():", newLineIndent("def f():", 8, 8))).toBe("def f():\n    ");
    expect(apply("\tif (x) {", newLineIndent("\tif (x) {", 9, 9))).toBe("\tif (x) {\n\t\t");
  });
});

describe("both", () => {
  it("change nothing but indentation, and select within the text", () => {
    const text = fc.stringMatching(/^[a:\n\t ]{0,30}$/);
    fc.assert(
      fc.property(
        text,
        fc.nat(30),
        fc.nat(30),
        fc.constantFrom(1 as const, -1 as const),
        (code, a, b, by) => {
          const [start, end] = [Math.min(a, b, code.length), Math.min(Math.max(a, b), code.length)];
          for (const change of [changeIndent(code, start, end, by), newLineIndent(code, start, start)]) {
            const result = apply(code, change);
            expect(result.replace(/\s/g, "")).toBe(code.replace(/\s/g, ""));
            expect(change.selectionStart).toBeGreaterThanOrEqual(0);
            expect(change.selectionStart).toBeLessThanOrEqual(change.selectionEnd);
            expect(change.selectionEnd).toBeLessThanOrEqual(result.length);
          }
        },
      ),
    );
  });
});
