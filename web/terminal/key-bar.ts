// The keys that a touch keyboard lacks. Ctrl and Alt stay held until the next key. Only shown where the pointer is coarse
// (terminal.css). Touching it never takes the focus, so the soft keyboard stays as it is.

import { element } from "../app/element.ts";
import { icon } from "../app/icon.ts";
import { message } from "../app/messages.ts";
import type { BarKey, Modifiers } from "./key-sequence.ts";

export interface KeyBarEvents {
  readonly onKey: (key: BarKey, modifiers: Modifiers) => void;
  readonly onText: (text: string) => void;
  readonly onPaste: () => void;
}

export class KeyBar extends HTMLElement {
  readonly #events: KeyBarEvents;
  readonly #control = modifierButton(message("keys.control"));
  readonly #alt = modifierButton(message("keys.alt"));

  constructor(events: KeyBarEvents) {
    super();
    this.#events = events;
  }

  connectedCallback(): void {
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", message("keys.bar"));
    const keys = element(
      "div",
      { class: "keys", role: "toolbar", "aria-label": message("keys.bar") },
      this.#key("escape", message("keys.escape")),
      this.#key("tab", message("keys.tab")),
      this.#control,
      this.#key("left", message("keys.left"), icon("left")),
      this.#key("up", message("keys.up"), icon("up")),
      this.#key("down", message("keys.down"), icon("down")),
      this.#key("right", message("keys.right"), icon("right")),
      ...["|", "/", "-", "~"].map((text) => keyButton(text, text, () => this.#events.onText(text))),
      this.#alt,
      keyButton(message("keys.paste"), message("keys.paste"), () => this.#events.onPaste()),
    );
    this.replaceChildren(keys);
    this.addEventListener("pointerdown", (event) => event.preventDefault());
    for (const modifier of [this.#control, this.#alt]) {
      modifier.addEventListener("click", () =>
        modifier.setAttribute("aria-pressed", String(modifier.getAttribute("aria-pressed") !== "true")),
      );
    }
  }

  /** What is held, and lets go of it. */
  takeModifiers(): Modifiers {
    const held = {
      control: this.#control.getAttribute("aria-pressed") === "true",
      alt: this.#alt.getAttribute("aria-pressed") === "true",
    };
    this.#control.setAttribute("aria-pressed", "false");
    this.#alt.setAttribute("aria-pressed", "false");
    return held;
  }

  #key(key: BarKey, label: string, content: Node | string = label): HTMLButtonElement {
    return keyButton(label, content, () => this.#events.onKey(key, this.takeModifiers()));
  }
}

function keyButton(label: string, content: Node | string, act: () => void): HTMLButtonElement {
  const button = element("button", { type: "button", class: "key", "aria-label": label }, content);
  button.addEventListener("click", act);
  return button;
}

function modifierButton(label: string): HTMLButtonElement {
  return element("button", { type: "button", class: "key", "aria-pressed": "false" }, label);
}

customElements.define("slipway-key-bar", KeyBar);
