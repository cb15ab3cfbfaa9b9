// What each of the page's own keys does, and whatever else on the page does the same.

import type { HelpDialog } from "./help-dialog.ts";
import type { Shortcut } from "./shortcuts.ts";
import type { TabStrip } from "./tab-strip.ts";
import type { TerminalDeck } from "./terminal-deck.ts";
import type { TerminalTools } from "./terminal-tools.ts";
import type { Workspace } from "./workspace.ts";

/** The parts of the page that shortcuts are about. */
export interface ShortcutTargets {
  readonly deck: Pick<TerminalDeck, "open" | "close" | "selectNext" | "selectIndex">;
  readonly tools: Pick<TerminalTools, "find" | "copy" | "openMenu" | "closeFind">;
  readonly tabs: Pick<TabStrip, "focusActive">;
  readonly help: Pick<HelpDialog, "open">;
  readonly workspace: Pick<Workspace, "toggleLast">;
  readonly stage: Pick<Element, "getBoundingClientRect">;
  /** There is something to look through. */
  readonly hasText: boolean;
  readonly openPalette: () => void;
  readonly focusTerminal: () => void;
}

export function runShortcut(shortcut: Shortcut, targets: ShortcutTargets): void {
  const { deck, tools } = targets;
  switch (shortcut.name) {
    case "find":
      if (targets.hasText) void tools.find();
      return;
    case "copy":
      void tools.copy();
      return;
    case "leave":
      targets.tabs.focusActive();
      return;
    case "menu":
      tools.openMenu(targets.stage.getBoundingClientRect());
      return;
    case "help":
      targets.help.open();
      return;
    case "panels":
      targets.workspace.toggleLast();
      return;
    case "palette":
      targets.openPalette();
      return;
    case "new-tab":
      deck.open();
      break;
    case "close-tab":
      deck.close();
      break;
    case "next-tab":
    case "previous-tab":
      deck.selectNext(shortcut.name === "next-tab" ? 1 : -1);
      break;
    case "select-tab":
      deck.selectIndex(shortcut.index);
      break;
  }
  tools.closeFind();
  targets.focusTerminal();
}
