import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { globMatcher } from "./glob.ts";

const matches = (pattern: string, path: string) => globMatcher([pattern])(path);

describe("globMatcher()", () => {
  it("keeps * and ? within a name", () => {
    expect(matches("*.py", "main.py")).toBe(true);
    expect(matches("*.py", "src/main.py")).toBe(false);
    expect(matches("?.py", "ab.py")).toBe(false);
    expect(matches("a.c", "abc")).toBe(false);
  });

  it("leads ** through folders, none included", () => {
    for (const path of ["main.py", "src/main.py", "src/deep/main.py"])
      expect(matches("**/*.py", path)).toBe(true);
    expect(matches("src/**", "src/deep/main.py")).toBe(true);
    expect(matches("src/**", "other/main.py")).toBe(false);
  });

  it("takes what is in a folder that matches", () => {
    expect(matches("node_modules", "node_modules/a/b.js")).toBe(true);
    expect(matches("./node_modules/", "node_modules/a/b.js")).toBe(true);
    expect(matches("node_modules", "node_modules2")).toBe(false);
  });

  it("takes any text as a pattern", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (pattern, path) => {
        expect(typeof matches(pattern, path)).toBe("boolean");
      }),
    );
  });
});
