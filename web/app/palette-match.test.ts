import { describe, expect, it } from "vitest";
import { paletteScore } from "./palette-match.ts";

const order = (typed: string, ...texts: string[]) =>
  texts
    .map((text) => ({ text, score: paletteScore(typed, text) }))
    .filter(({ score }) => score !== undefined)
    .sort((one, other) => other.score! - one.score!)
    .map(({ text }) => text);

describe("paletteScore()", () => {
  it("puts beginnings of words before middles, and those before scattered letters", () => {
    expect(order("log", "Catalog", "Logs of web", "Show logs", "Let other go")).toEqual([
      "Logs of web",
      "Show logs",
      "Catalog",
      "Let other go",
    ]);
  });

  it("wants every word", () => {
    expect(order("stop web", "Stop web", "Stop cache", "Restart web")).toEqual(["Stop web"]);
  });

  it("takes everything when nothing is typed", () => {
    expect(paletteScore("  ", "anything")).toBeDefined();
  });
});
