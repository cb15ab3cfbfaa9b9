// The keys that the page takes, and the few settings it has.

import { element } from "./element.ts";
import { icon } from "./icon.ts";
import { message, type PlainMessageKey } from "./messages.ts";
import { outsideSettings } from "./outside-settings.ts";
import { clampFontSize, type PreferenceStore } from "./preferences.ts";
import { SHORTCUT_KEYS } from "./shortcuts.ts";
import type { StorageSettings } from "./storage-settings.ts";

const KEYS: readonly (readonly [PlainMessageKey, ...string[]])[] = [
  ["help.newTab", SHORTCUT_KEYS.newTab],
  ["help.closeTab", SHORTCUT_KEYS.closeTab],
  ["help.nextTab", SHORTCUT_KEYS.nextTab],
  ["help.selectTab", SHORTCUT_KEYS.selectTab],
  ["help.copy", SHORTCUT_KEYS.copy, SHORTCUT_KEYS.copyAlternative],
  ["help.paste", SHORTCUT_KEYS.paste, SHORTCUT_KEYS.pasteAlternative],
  ["help.find", SHORTCUT_KEYS.find],
  ["help.scroll", SHORTCUT_KEYS.scroll],
  ["palette.label", SHORTCUT_KEYS.palette, SHORTCUT_KEYS.paletteAlternative],
  ["help.panels", SHORTCUT_KEYS.panels],
  ["help.leave", SHORTCUT_KEYS.leave],
  ["help.menu", SHORTCUT_KEYS.menu],
  ["help.help", SHORTCUT_KEYS.help],
];

const THEMES = ["system", "light", "dark"] as const;

export class HelpDialog extends HTMLElement {
  readonly #preferences: PreferenceStore;
  readonly #fontSize: () => number;
  readonly #closed: () => void;
  readonly #storage: StorageSettings;
  readonly #dialog = element("dialog", { "aria-labelledby": "help-title" });

  /** `fontSize` is the size in use, chosen or not; `closed` gives the focus back. */
  constructor(
    preferences: PreferenceStore,
    fontSize: () => number,
    storage: StorageSettings,
    closed: () => void,
  ) {
    super();
    this.#preferences = preferences;
    this.#fontSize = fontSize;
    this.#closed = closed;
    this.#storage = storage;
  }

  connectedCallback(): void {
    const label = message("help.close");
    const close = element(
      "button",
      { type: "button", class: "icon-button", "aria-label": label, title: label },
      icon("cross"),
    );
    close.addEventListener("click", () => this.#dialog.close());
    this.#dialog.append(
      element("header", {}, element("h2", { id: "help-title" }, message("help.title")), close),
      element("div", { class: "help-columns" }, this.#keys(), this.#settings()),
    );
    this.#dialog.addEventListener("close", () => this.#closed());
    this.#dialog.addEventListener("click", (event) => {
      if (event.target === this.#dialog) this.#dialog.close();
    });
    this.replaceChildren(this.#dialog);
  }

  open(): void {
    if (this.#dialog.open) return;
    this.#dialog.showModal();
    void this.#storage.measure();
  }

  #keys(): HTMLElement {
    const rows = KEYS.map(([text, ...keys]) =>
      element("div", {}, element("dt", {}, message(text)), element("dd", {}, ...keys.map(keyCaps))),
    );
    return element("section", {}, element("h3", {}, message("help.keys")), element("dl", {}, ...rows));
  }

  #settings(): HTMLElement {
    return element(
      "section",
      {},
      element("h3", {}, message("help.settings")),
      this.#themes(),
      this.#sizes(),
      this.#checkbox("copyOnSelect", message("help.copyOnSelect")),
      this.#checkbox("screenReader", message("help.screenReader")),
      element("h3", {}, message("outside.title")),
      outsideSettings(this.#preferences),
      element("h3", {}, message("storage.title")),
      this.#storage,
    );
  }

  #themes(): HTMLElement {
    const choices = THEMES.map((theme) => {
      const input = element("input", { type: "radio", name: "theme", value: theme });
      input.addEventListener("change", () => this.#preferences.set({ theme }));
      this.#preferences.observe((preferences) => {
        input.checked = preferences.theme === theme;
      });
      return element("label", {}, input, element("span", {}, message(`theme.${theme}`)));
    });
    return element(
      "fieldset",
      { class: "segments" },
      element("legend", {}, message("help.theme")),
      ...choices,
    );
  }

  #sizes(): HTMLElement {
    const output = element("output", {});
    this.#preferences.observe(() => {
      output.value = message("help.fontSizeValue", { size: this.#fontSize() });
    });
    const step = (text: string, label: string, change: number) => {
      const button = element(
        "button",
        { type: "button", "aria-label": label },
        element("span", { "aria-hidden": "true" }, text),
      );
      button.addEventListener("click", () =>
        this.#preferences.set({ fontSize: clampFontSize(this.#fontSize() + change) }),
      );
      return button;
    };
    return element(
      "fieldset",
      { class: "stepper" },
      element("legend", {}, message("help.fontSize")),
      step("−", message("help.smaller"), -1),
      output,
      step("+", message("help.larger"), 1),
    );
  }

  #checkbox(name: "copyOnSelect" | "screenReader", text: string): HTMLElement {
    const input = element("input", { type: "checkbox" });
    input.addEventListener("change", () => this.#preferences.set({ [name]: input.checked }));
    this.#preferences.observe((preferences) => {
      input.checked = preferences[name];
    });
    return element("label", { class: "check" }, input, element("span", {}, text));
  }
}

/** `Ctrl+Shift+C` as three keys. */
function keyCaps(keys: string): HTMLElement {
  const caps = keys
    .split("+")
    .flatMap((key, index) => [...(index === 0 ? [] : ["+"]), element("kbd", {}, key)]);
  return element("span", { class: "combination" }, ...caps);
}

customElements.define("slipway-help", HelpDialog);
