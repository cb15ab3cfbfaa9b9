// Which keys are the page's and not the shell's. Chosen so that no browser keeps them for itself (Ctrl-T, Ctrl-W,
// Ctrl-Shift-T and Ctrl-Tab never reach a page) and no common program misses them.

export type Shortcut =
  | { readonly name: "new-tab" | "close-tab" | "next-tab" | "previous-tab" }
  | { readonly name: "select-tab"; readonly index: number }
  | { readonly name: "find" | "copy" | "paste" | "leave" | "menu" | "help" | "panels" | "palette" };

/** The part of a KeyboardEvent that decides. */
export interface Keystroke {
  readonly key: string;
  /** Physical key, for digits: Alt-1 types other characters on some layouts. */
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
}

export const SHORTCUT_KEYS = {
  newTab: "Ctrl+Shift+Enter",
  closeTab: "Ctrl+Shift+Backspace",
  nextTab: "Ctrl+Shift+→ / ←",
  selectTab: "Alt+1 – 9",
  copy: "Ctrl+Shift+C",
  copyAlternative: "Ctrl+Insert",
  paste: "Ctrl+Shift+V",
  pasteAlternative: "Shift+Insert",
  find: "Ctrl+Shift+F",
  scroll: "Shift+Page Up / Down",
  leave: "Ctrl+Shift+↑",
  menu: "Shift+F10",
  help: "Shift+F1",
  panels: "Ctrl+Shift+E",
  palette: "Ctrl+Shift+K",
  paletteAlternative: "Ctrl+K",
} as const;

const CONTROL_SHIFT = new Map<string, Shortcut["name"]>([
  ["Enter", "new-tab"],
  ["Backspace", "close-tab"],
  ["ArrowRight", "next-tab"],
  ["ArrowLeft", "previous-tab"],
  ["ArrowUp", "leave"],
  ["C", "copy"],
  ["V", "paste"],
  ["F", "find"],
  ["E", "panels"],
  ["K", "palette"],
]);

export function shortcutFor(stroke: Keystroke): Shortcut | undefined {
  const { key, ctrlKey, shiftKey, altKey, metaKey } = stroke;
  if (ctrlKey && shiftKey && !altKey && !metaKey)
    return named(CONTROL_SHIFT.get(key.length === 1 ? key.toUpperCase() : key));
  if (altKey && !ctrlKey && !shiftKey && !metaKey) {
    const digit = /^Digit([1-9])$/.exec(stroke.code)?.[1];
    return digit === undefined ? undefined : { name: "select-tab", index: Number(digit) - 1 };
  }
  if (altKey || metaKey) return undefined;
  if (key === "Insert" && ctrlKey !== shiftKey) return named(ctrlKey ? "copy" : "paste");
  if (shiftKey && !ctrlKey && key === "F1") return named("help");
  if ((shiftKey && !ctrlKey && key === "F10") || key === "ContextMenu") return named("menu");
  return undefined;
}

/** Ctrl+K is the shell's (it cuts to the end of the line), so it is the page's outside of terminals only; ⌘K is nobody else's. */
export function opensPalette(stroke: Keystroke, inTerminal: boolean): boolean {
  const { key, ctrlKey, metaKey, shiftKey, altKey } = stroke;
  if (key.toLowerCase() !== "k" || shiftKey || altKey || ctrlKey === metaKey) return false;
  return metaKey || !inTerminal;
}

function named(name: Shortcut["name"] | undefined): Shortcut | undefined {
  return name === undefined || name === "select-tab" ? undefined : { name };
}
