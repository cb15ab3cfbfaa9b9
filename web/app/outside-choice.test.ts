import { describe, expect, it } from "vitest";
import { parseOutsideChoice } from "./outside-choice.ts";

describe("parseOutsideChoice()", () => {
  it.each([
    ["", { fetch: true, ownHost: false }],
    ["off", { fetch: false, ownHost: false }],
    [" own-host  more ", { fetch: true, ownHost: true }],
    ["off wss://relay.example/", { fetch: false, ownHost: false, relay: "wss://relay.example/" }],
    ["https://relay.example/ wss://", { fetch: true, ownHost: false }],
  ])("reads %j", (text, choice) => {
    expect(parseOutsideChoice(text)).toEqual(choice);
  });

  it("prefers the visitor's relay", () => {
    const own = "wss://mine.example/";
    expect(parseOutsideChoice("off wss://relay.example/", own)).toMatchObject({ fetch: false, relay: own });
    expect(parseOutsideChoice("wss://relay.example/", "nonsense").relay).toBe("wss://relay.example/");
  });
});
