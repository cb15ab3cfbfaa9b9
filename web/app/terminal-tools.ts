// What is done with the terminal that is seen: finding in it, copying, pasting, and the menu that offers all that.

import { readClipboard, writeClipboard } from "../terminal/clipboard.ts";
import type { FindBar } from "../terminal/find-bar.ts";
import { TerminalMenu } from "../terminal/terminal-menu.ts";
import type { TerminalView } from "../terminal/terminal-view.ts";
import { message } from "./messages.ts";
import { SHORTCUT_KEYS } from "./shortcuts.ts";
import { terminalMenuItems } from "./terminal-menu-items.ts";

export interface TerminalToolsOptions {
  /** Where terminals are, and the menu and the find bar above them. */
  readonly stage: HTMLElement;
  readonly seen: () => TerminalView | undefined;
  readonly note: (text: string) => void;
  readonly newTab: () => void;
  readonly closeTab: () => void;
  readonly giveFocusBack: () => void;
}

export class TerminalTools {
  readonly #options: TerminalToolsOptions;
  readonly #menu = new TerminalMenu();
  #findBar: FindBar | undefined;

  constructor(options: TerminalToolsOptions) {
    this.#options = options;
  }

  /** Puts the menu into the stage, and opens it where a mouse asks for one. */
  attach(): void {
    this.#options.stage.append(this.#menu);
    this.#options.stage.addEventListener("contextmenu", (event) => this.#contextMenu(event));
  }

  async find(): Promise<void> {
    const view = this.#options.seen();
    if (view === undefined) return;
    if (this.#findBar === undefined) {
      const { FindBar } = await import("../terminal/find-bar.ts");
      this.#findBar ??= new FindBar();
      this.#options.stage.append(this.#findBar);
    }
    this.#findBar.open(view);
  }

  closeFind(): void {
    this.#findBar?.close();
  }

  async copy(): Promise<void> {
    const text = this.#options.seen()?.terminal.getSelection() ?? "";
    if (text === "") return;
    this.#options.note(message((await writeClipboard(text)) ? "clipboard.copied" : "clipboard.writeDenied"));
  }

  async paste(): Promise<void> {
    const view = this.#options.seen();
    const text = await readClipboard();
    if (text === undefined) this.#options.note(message("clipboard.denied", { keys: SHORTCUT_KEYS.paste }));
    else view?.terminal.paste(text);
  }

  openMenu(at: { readonly x: number; readonly y: number }): void {
    const view = this.#options.seen();
    if (view === undefined) return;
    const { newTab, closeTab, giveFocusBack } = this.#options;
    const items = terminalMenuItems(view, {
      copy: () => void this.copy(),
      paste: () => void this.paste(),
      find: () => void this.find(),
      newTab,
      closeTab,
    });
    this.#menu.open(items, at, giveFocusBack);
  }

  /** Not where a program in the terminal has asked for the mouse, and never with Shift: that is the browser's own. */
  #contextMenu(event: MouseEvent): void {
    const view = this.#options.seen();
    const isInside = event.target instanceof Node && view?.contains(event.target);
    if (event.shiftKey || view === undefined || !isInside) return;
    event.preventDefault();
    if (view.terminal.modes.mouseTrackingMode === "none")
      this.openMenu({ x: event.clientX, y: event.clientY });
  }
}
