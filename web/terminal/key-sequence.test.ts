import { describe, expect, it } from "vitest";
import { keySequence, withModifiers } from "./key-sequence.ts";

const NONE = { control: false, alt: false };
const CONTROL = { control: true, alt: false };
const ALT = { control: false, alt: true };

describe("keySequence()", () => {
  it("follows the cursor key mode", () => {
    expect(keySequence("up", NONE, false)).toBe("\x1b[A");
    expect(keySequence("left", NONE, true)).toBe("\x1bOD");
  });

  it("marks held modifiers", () => {
    expect(keySequence("right", CONTROL, true)).toBe("\x1b[1;5C");
    expect(keySequence("down", ALT, false)).toBe("\x1b[1;3B");
    expect(keySequence("down", { control: true, alt: true }, false)).toBe("\x1b[1;7B");
    expect(keySequence("tab", ALT, false)).toBe("\x1b\t");
  });

  it("sends Escape and Tab as they are", () => {
    expect(keySequence("escape", NONE, false)).toBe("\x1b");
    expect(keySequence("tab", NONE, false)).toBe("\t");
  });
});

describe("withModifiers()", () => {
  it.each([
    ["c", "\x03"],
    ["C", "\x03"],
    ["[", "\x1b"],
    ["_", "\x1f"],
    ["@", "\0"],
    [" ", "\0"],
    ["?", "\x7f"],
    ["1", "1"],
    ["é", "é"],
    ["\r", "\r"],
  ])("turns Ctrl with %o into %o", (typed, sent) => {
    expect(withModifiers(typed, CONTROL)).toBe(sent);
  });

  it("puts Escape before a character with Alt", () => {
    expect(withModifiers("b", ALT)).toBe("\x1bb");
    expect(withModifiers("😀", ALT)).toBe("\x1b😀");
  });

  it("leaves words and plain typing alone", () => {
    expect(withModifiers("docker", CONTROL)).toBe("docker");
    expect(withModifiers("c", NONE)).toBe("c");
  });
});
