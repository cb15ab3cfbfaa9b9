// The menu of a terminal: on a right click, a long press, Shift-F10 or the menu key. Shift with a right click leaves the
// browser's own menu.

import { element } from "../app/element.ts";
import { message, type PlainMessageKey } from "../app/messages.ts";

export interface MenuItem {
  readonly text: PlainMessageKey;
  readonly keys?: string;
  readonly enabled: boolean;
  readonly act: () => void;
}

export class TerminalMenu extends HTMLElement {
  #closed: (() => void) | undefined;

  constructor() {
    super();
    this.hidden = true;
  }

  connectedCallback(): void {
    this.setAttribute("role", "menu");
    this.setAttribute("aria-label", message("menu.label"));
    this.addEventListener("keydown", (event) => this.#key(event));
    this.addEventListener("focusout", ({ relatedTarget }) => {
      if (!(relatedTarget instanceof Node && this.contains(relatedTarget))) this.#hide();
    });
    this.addEventListener("contextmenu", (event) => event.preventDefault());
  }

  /** `closed` is called when it closes without an item having been chosen, to give the focus back. */
  open(items: readonly MenuItem[], at: { x: number; y: number }, closed: () => void): void {
    this.#closed = closed;
    this.replaceChildren(...items.map((item) => this.#item(item)));
    this.hidden = false;
    const { width, height } = this.getBoundingClientRect();
    const margin = 8;
    this.style.left = `${Math.max(margin, Math.min(at.x, window.innerWidth - width - margin))}px`;
    this.style.top = `${Math.max(margin, Math.min(at.y, window.innerHeight - height - margin))}px`;
    this.#items()[0]?.focus();
  }

  #item(item: MenuItem): HTMLButtonElement {
    const button = element(
      "button",
      { type: "button", role: "menuitem", tabindex: -1, disabled: !item.enabled },
      element("span", {}, message(item.text)),
      ...(item.keys === undefined ? [] : [element("kbd", { "aria-hidden": "true" }, item.keys)]),
    );
    button.addEventListener("click", () => {
      const giveBack = this.#closed;
      this.#hide();
      giveBack?.();
      item.act();
    });
    return button;
  }

  #items(): HTMLButtonElement[] {
    return [...this.querySelectorAll<HTMLButtonElement>("button:not(:disabled)")];
  }

  #key(event: KeyboardEvent): void {
    const items = this.#items();
    const index = items.indexOf(document.activeElement as HTMLButtonElement);
    if (event.key === "ArrowDown") items[(index + 1) % items.length]?.focus();
    else if (event.key === "ArrowUp") items[(index - 1 + items.length) % items.length]?.focus();
    else if (event.key === "Home") items[0]?.focus();
    else if (event.key === "End") items.at(-1)?.focus();
    else if (event.key === "Escape" || event.key === "Tab") {
      const giveBack = this.#closed;
      this.#hide();
      giveBack?.();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #hide(): void {
    this.hidden = true;
    this.#closed = undefined;
  }
}

customElements.define("slipway-menu", TerminalMenu);
