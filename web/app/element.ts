// Makes an element with its attributes and children in one expression: all the templating that this page needs.

export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** `false` and `undefined` leave an attribute out, `true` gives it without a value. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children);
  return made;
}
