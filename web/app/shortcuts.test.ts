import { describe, expect, it } from "vitest";
import { type Keystroke, opensPalette, shortcutFor } from "./shortcuts.ts";

function stroke(key: string, held = "", code = ""): Keystroke {
  return {
    key,
    code,
    ctrlKey: held.includes("C"),
    shiftKey: held.includes("S"),
    altKey: held.includes("A"),
    metaKey: held.includes("M"),
  };
}

describe("shortcutFor()", () => {
  it.each([
    [stroke("Enter", "CS"), "new-tab"],
    [stroke("Backspace", "CS"), "close-tab"],
    [stroke("ArrowRight", "CS"), "next-tab"],
    [stroke("ArrowLeft", "CS"), "previous-tab"],
    [stroke("ArrowUp", "CS"), "leave"],
    [stroke("F", "CS"), "find"],
    [stroke("c", "CS"), "copy"],
    [stroke("V", "CS"), "paste"],
    [stroke("E", "CS"), "panels"],
    [stroke("K", "CS"), "palette"],
    [stroke("Insert", "C"), "copy"],
    [stroke("Insert", "S"), "paste"],
    [stroke("F1", "S"), "help"],
    [stroke("F10", "S"), "menu"],
    [stroke("ContextMenu"), "menu"],
  ])("knows %o", (keys, name) => {
    expect(shortcutFor(keys)?.name).toBe(name);
  });

  it("selects a tab by the digit's place on the keyboard", () => {
    expect(shortcutFor(stroke("¡", "A", "Digit1"))).toEqual({ name: "select-tab", index: 0 });
    expect(shortcutFor(stroke("9", "A", "Digit9"))).toEqual({ name: "select-tab", index: 8 });
    expect(shortcutFor(stroke("0", "A", "Digit0"))).toBeUndefined();
  });

  it.each([
    stroke("c", "C"),
    stroke("v", "C"),
    stroke("C", "CSA"),
    stroke("f", "A"),
    stroke("Enter"),
    stroke("Insert"),
    stroke("Insert", "CS"),
    stroke("F1"),
    stroke("T", "CS"),
    stroke("toString", "CS"),
  ])("leaves %o to the shell", (keys) => {
    expect(shortcutFor(keys)).toBeUndefined();
  });
});

describe("opensPalette()", () => {
  it("leaves Ctrl+K to the shell", () => {
    expect(opensPalette(stroke("k", "C"), true)).toBe(false);
    expect(opensPalette(stroke("k", "C"), false)).toBe(true);
    expect(opensPalette(stroke("k", "M"), true)).toBe(true);
    expect(opensPalette(stroke("k", "CM"), false)).toBe(false);
    expect(opensPalette(stroke("j", "M"), true)).toBe(false);
  });
});
