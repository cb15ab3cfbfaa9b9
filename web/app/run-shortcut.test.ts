import { describe, expect, it } from "vitest";
import { runShortcut, type ShortcutTargets } from "./run-shortcut.ts";
import type { Shortcut } from "./shortcuts.ts";

function done(shortcut: Shortcut, hasText = true): string[] {
  const calls: string[] = [];
  const call =
    (name: string) =>
    (...values: unknown[]) =>
      void calls.push([name, ...values].join(" "));
  const targets = {
    deck: {
      open: call("open"),
      close: call("close"),
      selectNext: call("next"),
      selectIndex: call("select"),
    },
    tools: { find: call("find"), copy: call("copy"), openMenu: call("menu"), closeFind: call("closeFind") },
    tabs: { focusActive: call("leave") },
    help: { open: call("help") },
    workspace: { toggleLast: call("panels") },
    stage: { getBoundingClientRect: () => "place" },
    hasText,
    openPalette: call("palette"),
    focusTerminal: call("focus"),
  };
  runShortcut(shortcut, targets as unknown as ShortcutTargets);
  return calls;
}

describe("runShortcut()", () => {
  it.each<[Shortcut, string]>([
    [{ name: "new-tab" }, "open"],
    [{ name: "close-tab" }, "close"],
    [{ name: "next-tab" }, "next 1"],
    [{ name: "previous-tab" }, "next -1"],
    [{ name: "select-tab", index: 3 }, "select 3"],
  ])("gives the terminal the focus after %j", (shortcut, call) => {
    expect(done(shortcut)).toEqual([call, "closeFind", "focus"]);
  });

  it.each<[Shortcut["name"] & ("find" | "copy" | "leave" | "menu" | "help" | "panels" | "palette"), string]>([
    ["find", "find"],
    ["copy", "copy"],
    ["leave", "leave"],
    ["menu", "menu place"],
    ["help", "help"],
    ["panels", "panels"],
    ["palette", "palette"],
  ])("leaves the focus to what %s opens", (name, call) => {
    expect(done({ name })).toEqual([call]);
  });

  it("finds nothing where there is no text", () => {
    expect(done({ name: "find" }, false)).toEqual([]);
  });
});
