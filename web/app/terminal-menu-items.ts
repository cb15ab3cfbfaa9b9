// What the menu of a terminal offers.

import type { MenuItem } from "../terminal/terminal-menu.ts";
import type { TerminalView } from "../terminal/terminal-view.ts";
import { SHORTCUT_KEYS } from "./shortcuts.ts";

export interface MenuActions {
  readonly copy: () => void;
  readonly paste: () => void;
  readonly find: () => void;
  readonly newTab: () => void;
  readonly closeTab: () => void;
}

export function terminalMenuItems({ terminal, connected }: TerminalView, actions: MenuActions): MenuItem[] {
  return [
    { text: "menu.copy", keys: SHORTCUT_KEYS.copy, enabled: terminal.hasSelection(), act: actions.copy },
    { text: "menu.paste", keys: SHORTCUT_KEYS.paste, enabled: connected, act: actions.paste },
    { text: "menu.selectAll", enabled: true, act: () => terminal.selectAll() },
    { text: "menu.clear", enabled: true, act: () => terminal.clear() },
    { text: "menu.find", keys: SHORTCUT_KEYS.find, enabled: true, act: actions.find },
    { text: "menu.newTab", keys: SHORTCUT_KEYS.newTab, enabled: true, act: actions.newTab },
    { text: "menu.close", keys: SHORTCUT_KEYS.closeTab, enabled: true, act: actions.closeTab },
  ];
}
