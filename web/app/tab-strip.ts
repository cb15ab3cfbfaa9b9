// The terminals' tabs: a tablist with one tab stop (WAI-ARIA Authoring Practices, "Tabs"). It shows what it is given and
// reports what is asked of it. The crosses are for pointers; by keyboard, Delete closes a tab.

import { element } from "./element.ts";
import { icon } from "./icon.ts";
import { message } from "./messages.ts";

export interface TabEntry {
  readonly id: string;
  readonly title: string;
  /** Something happened there since it was last seen. */
  readonly marked: boolean;
}

export interface TabStripEvents {
  readonly onSelect: (id: string) => void;
  readonly onClose: (id: string) => void;
  readonly onNew: () => void;
  /** Enter, Escape or ↓ on a tab. */
  readonly onEnter: () => void;
}

export class TabStrip extends HTMLElement {
  readonly #events: TabStripEvents;
  readonly #list = element("div", {
    class: "tab-list",
    role: "tablist",
    "aria-label": message("tabs.label"),
  });
  #entries: readonly TabEntry[] = [];
  #activeId: string | undefined;

  constructor(events: TabStripEvents) {
    super();
    this.#events = events;
  }

  connectedCallback(): void {
    const label = message("tabs.new");
    const add = element(
      "button",
      { type: "button", class: "icon-button tab-new", "aria-label": label, title: label },
      icon("plus"),
    );
    add.addEventListener("click", () => this.#events.onNew());
    this.replaceChildren(this.#list, add);
    this.#list.addEventListener("keydown", (event) => this.#key(event));
  }

  render(entries: readonly TabEntry[], activeId: string | undefined): void {
    const hadFocus = this.#list.contains(document.activeElement);
    const moved = activeId !== this.#activeId || entries.length !== this.#entries.length;
    this.#entries = entries;
    this.#activeId = activeId;
    this.#list.replaceChildren(...entries.map((entry) => this.#tab(entry, entry.id === activeId)));
    const active = this.#activeTab();
    if (hadFocus) active?.focus();
    if (moved) active?.parentElement?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  focusActive(): void {
    this.#activeTab()?.focus();
  }

  #activeTab(): HTMLElement | null {
    return this.#list.querySelector<HTMLElement>('[aria-selected="true"]');
  }

  #tab(entry: TabEntry, active: boolean): HTMLElement {
    const tab = element(
      "div",
      {
        role: "tab",
        class: "tab-face",
        id: `tab-${entry.id}`,
        "aria-controls": `panel-${entry.id}`,
        "aria-selected": String(active),
        "aria-description": message("tabs.describe"),
        tabindex: active ? 0 : -1,
        title: entry.title,
      },
      element("span", { class: "tab-title" }, entry.title),
    );
    tab.addEventListener("click", () => this.#events.onSelect(entry.id));
    tab.addEventListener("auxclick", (event) => {
      if (event.button === 1) this.#events.onClose(entry.id);
    });
    const close = element(
      "button",
      {
        type: "button",
        class: "tab-close",
        tabindex: -1,
        "aria-hidden": "true",
        title: message("tabs.close", { title: entry.title }),
      },
      icon("cross"),
    );
    close.addEventListener("click", () => this.#events.onClose(entry.id));
    const states = `${active ? " active" : ""}${entry.marked ? " marked" : ""}`;
    return element("div", { class: `tab${states}`, role: "presentation" }, tab, close);
  }

  #key(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const index = this.#entries.findIndex((entry) => entry.id === this.#activeId);
    const count = this.#entries.length;
    const targets: Readonly<Record<string, number>> = {
      ArrowLeft: (index - 1 + count) % count,
      ArrowRight: (index + 1) % count,
      Home: 0,
      End: count - 1,
    };
    const target = this.#entries[targets[event.key] ?? -1];
    if (target !== undefined) this.#events.onSelect(target.id);
    else if (event.key === "Delete" && this.#activeId !== undefined) this.#events.onClose(this.#activeId);
    else if (["Enter", " ", "Escape", "ArrowDown"].includes(event.key)) this.#events.onEnter();
    else return;
    event.preventDefault();
  }
}

customElements.define("slipway-tabs", TabStrip);
