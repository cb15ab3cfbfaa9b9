// Names and values, one pair a line.

import { element } from "../app/element.ts";

export function factList(facts: readonly (readonly [string, string | Node])[]): HTMLElement {
  return element(
    "dl",
    { class: "facts" },
    ...facts.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))),
  );
}
