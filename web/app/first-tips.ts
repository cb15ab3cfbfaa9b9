// What newcomers are told once, beside the terminal and without taking its focus.

import { hasCoarsePointer } from "./coarse-pointer.ts";
import { element } from "./element.ts";
import { type IconName, icon } from "./icon.ts";
import { message, type PlainMessageKey } from "./messages.ts";
import { SHORTCUT_KEYS } from "./shortcuts.ts";

const TIPS: readonly (readonly [IconName, PlainMessageKey])[] = [
  ["terminal", "tips.terminal"],
  ["panels", "tips.panels"],
];

export class FirstTips extends HTMLElement {
  readonly #dismiss: () => void;

  constructor(dismiss: () => void) {
    super();
    this.#dismiss = dismiss;
    this.hidden = true;
  }

  connectedCallback(): void {
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", message("tips.title"));
    const done = element("button", { type: "button", class: "tips-done" }, message("tips.done"));
    done.addEventListener("click", () => this.#dismiss());
    const hasKeys = !hasCoarsePointer();
    const palette = hasKeys
      ? message("tips.palette", { keys: SHORTCUT_KEYS.palette })
      : message("tips.paletteTouch");
    this.replaceChildren(
      element("strong", {}, message("tips.title")),
      element(
        "ul",
        {},
        ...TIPS.map(([name, key]) => element("li", {}, icon(name), element("span", {}, message(key)))),
        element("li", {}, icon("command"), element("span", {}, palette)),
      ),
      done,
    );
  }
}

customElements.define("slipway-tips", FirstTips);
