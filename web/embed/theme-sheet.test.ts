import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { themedTokens } from "./theme-sheet.ts";

const TOKENS = readFileSync(join(import.meta.dirname, "../app/tokens.css"), "utf8");
const MINIFIED = TOKENS.replace(/\/\*.*?\*\//gs, "")
  .replace(/\s*([{};:,])\s*/g, "$1")
  .replaceAll(";}", "}");
const names = (css: string) => [...css.matchAll(/[{;]\s*--([\w-]+):/g)].map((match) => match[1]);

describe("themedTokens()", () => {
  it.each([
    ["as written", TOKENS],
    ["minified", MINIFIED],
  ])("lets the page have its say on every token, in both schemes: %s", (_form, tokens) => {
    const css = themedTokens(tokens);
    expect(css).not.toContain(":root");
    expect(css).toMatch(/\.frame\[data-theme="light"\] ?\{/);
    expect(css).toContain("--accent: var(--slipway-accent, #ff9166)");
    expect(css).toContain("--accent: var(--slipway-accent, #b0400f)");
    expect(names(css)).toEqual(names(tokens));
    expect(names(css).length).toBeGreaterThan(60);
    for (const rule of css.matchAll(/[{;]\s*--([\w-]+):([^;}]+)/g))
      expect(rule[2]).toMatch(new RegExp(`^ var\\(--slipway-${rule[1]}, .+\\)$`));
  });
});
