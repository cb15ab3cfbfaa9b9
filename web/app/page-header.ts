// The bar at the top: the name, the tabs, and buttons for what the whole page does.

import { element } from "./element.ts";
import { type IconName, icon } from "./icon.ts";
import { message } from "./messages.ts";
import { SHORTCUT_KEYS } from "./shortcuts.ts";
import type { ThemeName } from "./theme.ts";

export interface HeaderEvents {
  readonly onPalette: () => void;
  readonly onFind: () => void;
  readonly onTheme: () => void;
  readonly onHelp: () => void;
  readonly onPanels: () => void;
}

export class PageHeader {
  readonly element: HTMLElement;
  readonly #theme: HTMLButtonElement;
  readonly #panels: HTMLButtonElement;

  constructor(tabs: HTMLElement, events: HeaderEvents) {
    this.#theme = headerButton("theme-button", events.onTheme);
    this.#panels = headerButton("panels-button", events.onPanels);
    label(this.#panels, "panels", message("panels.open"), SHORTCUT_KEYS.panels);
    const named = (name: IconName, text: string, keys: string, act: () => void) =>
      label(headerButton(`${name}-button`, act), name, text, keys);
    this.element = element(
      "header",
      { class: "top" },
      element("h1", { class: "brand" }, icon("slipway"), element("span", {}, message("brand.name"))),
      tabs,
      element(
        "div",
        { class: "actions", role: "group", "aria-label": message("actions.label") },
        named("command", message("palette.label"), SHORTCUT_KEYS.palette, events.onPalette),
        named("search", message("actions.find"), SHORTCUT_KEYS.find, events.onFind),
        this.#theme,
        named("help", message("actions.help"), SHORTCUT_KEYS.help, events.onHelp),
        this.#panels,
      ),
    );
  }

  showTheme(current: ThemeName): void {
    const other = current === "dark" ? "light" : "dark";
    const text = message("actions.theme", { theme: message(`theme.${other}Name`) });
    label(this.#theme, other === "light" ? "sun" : "moon", text);
  }

  showPanels(open: boolean): void {
    this.#panels.setAttribute("aria-pressed", String(open));
  }
}

function headerButton(name: string, act: () => void): HTMLButtonElement {
  const button = element("button", { type: "button", class: `icon-button ${name}` });
  button.addEventListener("click", act);
  return button;
}

function label(button: HTMLButtonElement, name: IconName, text: string, keys?: string): HTMLButtonElement {
  button.setAttribute("aria-label", text);
  button.title = keys === undefined ? text : `${text} (${keys})`;
  button.replaceChildren(icon(name));
  return button;
}
