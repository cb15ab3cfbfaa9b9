// Search in a terminal's scrollback. xterm's search is loaded when the bar is first opened.

import type { SearchAddon } from "@xterm/addon-search";
import { element } from "../app/element.ts";
import { icon } from "../app/icon.ts";
import { message } from "../app/messages.ts";
import { searchColors } from "./terminal-colors.ts";
import type { TerminalView } from "./terminal-view.ts";

const HIGHLIGHT_LIMIT = 1000;

export class FindBar extends HTMLElement {
  readonly #addons = new WeakMap<TerminalView, SearchAddon>();
  readonly #input = element("input", {
    type: "search",
    placeholder: message("find.placeholder"),
    "aria-label": message("find.label"),
    spellcheck: "false",
    autocapitalize: "off",
    autocomplete: "off",
  });
  readonly #count = element("output", { class: "find-count" });
  readonly #case = toggle("Aa", message("find.case"));
  readonly #regex = toggle(".*", message("find.regex"));
  #view: TerminalView | undefined;

  constructor() {
    super();
    this.hidden = true;
  }

  connectedCallback(): void {
    this.setAttribute("role", "search");
    const previous = button("up", message("find.previous"), () => void this.#find("previous"));
    const next = button("down", message("find.next"), () => void this.#find("next"));
    const close = button("cross", message("find.close"), () => this.close());
    this.replaceChildren(this.#input, this.#count, this.#case, this.#regex, previous, next, close);
    this.#input.addEventListener("input", () => void this.#find("incremental"));
    for (const option of [this.#case, this.#regex]) {
      option.addEventListener("click", () => {
        option.setAttribute("aria-pressed", String(!isPressed(option)));
        void this.#find("incremental");
      });
    }
    this.addEventListener("keydown", (event) => this.#key(event));
  }

  /** Opens on `view`, with what is selected there. */
  open(view: TerminalView): void {
    this.#view = view;
    this.hidden = false;
    const selected = view.terminal.getSelection();
    if (selected !== "" && !selected.includes("\n")) this.#input.value = selected;
    this.#input.focus();
    this.#input.select();
    void this.#find("incremental");
  }

  close(): void {
    if (this.hidden) return;
    this.hidden = true;
    const view = this.#view;
    this.#view = undefined;
    if (view === undefined) return;
    this.#addons.get(view)?.clearDecorations();
    view.focus();
  }

  #key(event: KeyboardEvent): void {
    if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && event.target === this.#input)
      void this.#find(event.shiftKey ? "previous" : "next");
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  async #find(direction: "next" | "previous" | "incremental"): Promise<void> {
    const view = this.#view;
    if (view === undefined) return;
    const addon = await this.#addonOf(view);
    if (this.#view !== view) return;
    const pattern = this.#input.value;
    const regex = isPressed(this.#regex);
    if (pattern === "") addon.clearDecorations();
    if (pattern === "" || (regex && !isExpression(pattern))) {
      this.#count.value = pattern === "" ? "" : message("find.badPattern");
      return;
    }
    const options = { caseSensitive: isPressed(this.#case), regex, decorations: searchColors(view) };
    if (direction === "next") addon.findNext(pattern, options);
    else addon.findPrevious(pattern, { ...options, incremental: direction === "incremental" });
  }

  async #addonOf(view: TerminalView): Promise<SearchAddon> {
    const known = this.#addons.get(view);
    if (known !== undefined) return known;
    const { SearchAddon } = await import("@xterm/addon-search");
    const raced = this.#addons.get(view);
    if (raced !== undefined) return raced;
    const addon = new SearchAddon({ highlightLimit: HIGHLIGHT_LIMIT });
    view.terminal.loadAddon(addon);
    addon.onDidChangeResults(({ resultIndex, resultCount }) => {
      if (this.#view === view) this.#count.value = countText(resultIndex, resultCount);
    });
    this.#addons.set(view, addon);
    return addon;
  }
}

function countText(index: number, count: number): string {
  if (count === 0) return message("find.none");
  if (index < 0) return message("find.countMany", { count });
  return message("find.count", { index: index + 1, count });
}

function isExpression(pattern: string): boolean {
  try {
    new RegExp(pattern);
    return true;
  } catch {
    return false;
  }
}

function isPressed(button: HTMLButtonElement): boolean {
  return button.getAttribute("aria-pressed") === "true";
}

function toggle(text: string, label: string): HTMLButtonElement {
  return element(
    "button",
    { type: "button", class: "find-toggle", "aria-label": label, title: label, "aria-pressed": "false" },
    text,
  );
}

function button(name: Parameters<typeof icon>[0], label: string, act: () => void): HTMLButtonElement {
  const made = element(
    "button",
    { type: "button", class: "icon-button", "aria-label": label, title: label },
    icon(name),
  );
  made.addEventListener("click", act);
  return made;
}

customElements.define("slipway-find-bar", FindBar);
