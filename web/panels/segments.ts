// A few views of one thing, one seen at a time: a tablist (WAI-ARIA Authoring Practices, "Tabs").

import { element } from "../app/element.ts";

export interface Segment {
  readonly label: string;
  readonly command?: string;
  /** Makes the view anew each time it is opened. */
  readonly open: () => HTMLElement;
}

let nextId = 1;

export class Segments extends HTMLElement {
  readonly #segments: readonly Segment[];
  readonly #tabs: HTMLButtonElement[] = [];
  readonly #body = element("div", { role: "tabpanel", class: "segment-body", id: `segment-${nextId++}` });
  readonly #label: string;
  readonly #ran: (command: string) => void;
  #active = 0;

  constructor(label: string, segments: readonly Segment[], ran: (command: string) => void) {
    super();
    this.#label = label;
    this.#segments = segments;
    this.#ran = ran;
  }

  connectedCallback(): void {
    if (this.childElementCount > 0) return;
    const list = element("div", { role: "tablist", class: "segment-list", "aria-label": this.#label });
    for (const [index, { label, command }] of this.#segments.entries()) {
      const tab = element(
        "button",
        {
          type: "button",
          role: "tab",
          id: `${this.#body.id}-${index}`,
          "aria-controls": this.#body.id,
          "data-command": command,
        },
        label,
      );
      tab.addEventListener("click", () => this.#select(index));
      this.#tabs.push(tab);
    }
    list.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      this.#select((this.#active + step + this.#tabs.length) % this.#tabs.length);
      this.#tabs[this.#active]?.focus();
    });
    list.append(...this.#tabs);
    this.append(list, this.#body);
    this.#show();
  }

  /** The view that is seen, made anew. */
  reopen(): void {
    if (this.isConnected) this.#show();
  }

  #select(index: number): void {
    this.#active = index;
    const { command } = this.#segments[index]!;
    if (command !== undefined) this.#ran(command);
    this.#show();
  }

  #show(): void {
    for (const [index, tab] of this.#tabs.entries()) {
      tab.setAttribute("aria-selected", String(index === this.#active));
      tab.tabIndex = index === this.#active ? 0 : -1;
    }
    this.#body.setAttribute("aria-labelledby", `${this.#body.id}-${this.#active}`);
    this.#body.replaceChildren(this.#segments[this.#active]!.open());
  }
}

customElements.define("slipway-segments", Segments);
