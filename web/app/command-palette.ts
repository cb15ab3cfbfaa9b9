// Everything that can be done, found by a few letters: a dialog with a combobox and its listbox (WAI-ARIA Authoring
// Practices, "Combobox"). The list is given when it opens, and may grow while it is open.

import "./palette.css";
import { element } from "./element.ts";
import { type IconName, icon } from "./icon.ts";
import { message } from "./messages.ts";
import { paletteScore } from "./palette-match.ts";

export interface PaletteCommand {
  readonly text: string;
  readonly icon: IconName;
  /** The command line that does the same, or the key. */
  readonly note?: string;
  readonly act: () => void;
}

const MOST_SHOWN = 60;

export class CommandPalette extends HTMLElement {
  readonly #dialog = element("dialog", { "aria-label": message("palette.label") });
  readonly #input = element("input", {
    type: "text",
    role: "combobox",
    "aria-expanded": "true",
    "aria-controls": "palette-list",
    "aria-autocomplete": "list",
    "aria-label": message("palette.label"),
    placeholder: message("palette.placeholder"),
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
  });
  readonly #list = element("ul", {
    id: "palette-list",
    role: "listbox",
    "aria-label": message("palette.list"),
  });
  readonly #none = element("p", { class: "palette-none", role: "status" });
  #commands: readonly PaletteCommand[] = [];
  #shown: readonly PaletteCommand[] = [];
  #active = 0;
  #closed: () => void = () => {};
  #chosen: PaletteCommand | undefined;

  connectedCallback(): void {
    if (this.childElementCount > 0) return;
    this.#dialog.append(
      element("div", { class: "palette-head" }, icon("search"), this.#input),
      this.#list,
      this.#none,
    );
    this.append(this.#dialog);
    this.#input.addEventListener("input", () => this.#filter());
    this.#input.addEventListener("keydown", (event) => this.#key(event));
    this.#dialog.addEventListener("click", (event) => {
      if (event.target === this.#dialog) this.#dialog.close();
    });
    this.#dialog.addEventListener("close", () => {
      const chosen = this.#chosen;
      this.#chosen = undefined;
      this.#closed();
      chosen?.act();
    });
  }

  /** `more` are commands that have to be asked for; `closed` gives the focus back, before a chosen command acts. */
  open(
    commands: readonly PaletteCommand[],
    more: Promise<readonly PaletteCommand[]>,
    closed: () => void,
  ): void {
    if (this.#dialog.open) return;
    this.#commands = commands;
    this.#closed = closed;
    this.#input.value = "";
    this.#filter();
    this.#dialog.showModal();
    more
      .then((added) => {
        this.#commands = [...commands, ...added];
        this.#filter();
      })
      // Without a machine there is nothing to add.
      .catch(() => {});
  }

  #filter(): void {
    const typed = this.#input.value;
    this.#shown = this.#commands
      .map((command) => ({
        command,
        score: paletteScore(typed, command.text) ?? paletteScore(typed, command.note ?? ""),
      }))
      .filter(({ score }) => score !== undefined)
      .sort((one, other) => (typed.trim() === "" ? 0 : other.score! - one.score!))
      .slice(0, MOST_SHOWN)
      .map(({ command }) => command);
    this.#list.replaceChildren(...this.#shown.map((command, index) => this.#option(command, index)));
    this.#none.textContent = this.#shown.length === 0 ? message("palette.none") : "";
    this.#activate(0);
  }

  #option(command: PaletteCommand, index: number): HTMLElement {
    const option = element(
      "li",
      { role: "option", id: `palette-${index}`, "aria-selected": "false" },
      icon(command.icon),
      element("span", { class: "palette-text" }, command.text),
      ...(command.note === undefined ? [] : [element("span", { class: "palette-note" }, command.note)]),
    );
    option.addEventListener("click", () => this.#choose(index));
    option.addEventListener("pointermove", () => this.#activate(index));
    return option;
  }

  #activate(index: number): void {
    const options = [...this.#list.children];
    options[this.#active]?.setAttribute("aria-selected", "false");
    this.#active = index;
    const option = options[index];
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option === undefined) this.#input.removeAttribute("aria-activedescendant");
    else this.#input.setAttribute("aria-activedescendant", option.id);
  }

  #choose(index: number): void {
    this.#chosen = this.#shown[index];
    if (this.#chosen !== undefined) this.#dialog.close();
  }

  #key(event: KeyboardEvent): void {
    const count = this.#shown.length;
    if (event.isComposing || count === 0) return;
    const page = 8;
    const targets: Readonly<Record<string, number>> = {
      ArrowDown: (this.#active + 1) % count,
      ArrowUp: (this.#active - 1 + count) % count,
      PageDown: Math.min(count - 1, this.#active + page),
      PageUp: Math.max(0, this.#active - page),
    };
    const target = targets[event.key];
    if (target !== undefined) this.#activate(target);
    else if (event.key === "Enter") this.#choose(this.#active);
    else return;
    event.preventDefault();
  }
}

customElements.define("slipway-palette", CommandPalette);
