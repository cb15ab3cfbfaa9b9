import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shellWord, shellWords } from "./shell-words.ts";

describe("shellWord()", () => {
  it("quotes what a shell would not take as it is", () => {
    expect(shellWord("redis:7")).toBe("redis:7");
    expect(shellWord("a b")).toBe("'a b'");
    expect(shellWord("it's; rm -rf /")).toBe("'it'\\''s; rm -rf /'");
    expect(shellWord("")).toBe("''");
  });
});

describe("shellWords()", () => {
  it("leaves plain words as they are", () => {
    expect(shellWords(["python3", "-m", "http.server", "a b", ""])).toBe("python3 -m http.server 'a b' ''");
  });

  it("is read back by a shell word for word", () => {
    const word = fc.string({ unit: "binary", maxLength: 20 }).filter((text) => !text.includes("\0"));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), (words) => {
        const script = `for word in ${shellWords(words)}; do printf '%s\\0' "$word"; done`;
        const back = execFileSync("sh", ["-c", script], { encoding: "utf8" });
        expect(back.split("\0").slice(0, -1)).toEqual(words);
      }),
      { numRuns: 50 },
    );
  });
});
