// The rail at the edge: a button a panel, pressed while its panel is open. On a phone it is the foot of the sheet.

import { element } from "./element.ts";
import { icon } from "./icon.ts";
import { message } from "./messages.ts";
import { PANEL_ICONS, PANEL_NAMES, type PanelName } from "./panel-names.ts";

export class PanelRail extends HTMLElement {
  readonly #buttons = new Map<PanelName, HTMLButtonElement>();
  readonly #toggle: (name: PanelName) => void;

  constructor(toggle: (name: PanelName) => void) {
    super();
    this.#toggle = toggle;
  }

  connectedCallback(): void {
    const label = message("panels.label");
    this.setAttribute("role", "navigation");
    this.setAttribute("aria-label", label);
    for (const [index, name] of PANEL_NAMES.entries()) {
      const text = message(`panels.${name}`);
      const button = element(
        "button",
        { type: "button", "aria-pressed": "false", "aria-label": text, tabindex: index === 0 ? 0 : -1 },
        icon(PANEL_ICONS[name]),
        element("span", { class: "rail-label", "aria-hidden": "true" }, text),
      );
      button.addEventListener("click", () => this.#toggle(name));
      this.#buttons.set(name, button);
    }
    this.replaceChildren(
      element(
        "div",
        { role: "toolbar", "aria-orientation": "vertical", "aria-label": label },
        ...this.#buttons.values(),
      ),
    );
    this.addEventListener("keydown", (event) => this.#key(event));
  }

  show(open: PanelName | undefined): void {
    for (const [name, button] of this.#buttons) button.setAttribute("aria-pressed", String(name === open));
    if (open !== undefined) this.#roveTo(this.#buttons.get(open)!);
  }

  focusOn(name: PanelName): void {
    this.#buttons.get(name)?.focus();
  }

  #roveTo(button: HTMLButtonElement): void {
    for (const other of this.#buttons.values()) other.tabIndex = other === button ? 0 : -1;
  }

  /** One tab stop (WAI-ARIA Authoring Practices, "Toolbar"). */
  #key(event: KeyboardEvent): void {
    const buttons = [...this.#buttons.values()];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const count = buttons.length;
    const targets: Readonly<Record<string, number>> = {
      ArrowDown: (at + 1) % count,
      ArrowRight: (at + 1) % count,
      ArrowUp: (at - 1 + count) % count,
      ArrowLeft: (at - 1 + count) % count,
      Home: 0,
      End: count - 1,
    };
    const target = buttons[targets[event.key] ?? -1];
    if (at < 0 || target === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    this.#roveTo(target);
    target.focus();
  }
}

customElements.define("slipway-rail", PanelRail);
