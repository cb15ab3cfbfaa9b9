import { describe, expect, it } from "vitest";
import { parseOutsideChoice } from "./outside-choice.ts";
import { outsideHint } from "./outside-settings.ts";

describe("outsideHint()", () => {
  it.each([
    ["", /^Without one, containers reach websites that let pages read them, by http\./],
    ["off", /^Without one, containers reach nothing: this site does not let them\./],
    ["off wss://relay.example:8443/tcp/", /by this site's relay, relay\.example:8443\. /],
  ])("says what a site that was built with %j lets containers reach", (words, hint) => {
    expect(outsideHint(parseOutsideChoice(words))).toMatch(hint);
  });
});
