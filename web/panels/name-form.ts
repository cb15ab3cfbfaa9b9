// A line to name something new, with the button that makes it.

import { element } from "../app/element.ts";
import { icon } from "../app/icon.ts";

export interface NameFormOptions {
  readonly label: string;
  readonly button: string;
  /** For a name, as typed. */
  readonly command: (name: string) => string;
}

export function nameForm(
  options: NameFormOptions,
  submit: (name: string, command: string) => void,
): HTMLElement {
  const input = element("input", {
    class: "field mono",
    placeholder: options.label,
    "aria-label": options.label,
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    pattern: "[a-zA-Z0-9][a-zA-Z0-9_.\\-]*",
  });
  const button = element(
    "button",
    { type: "submit", class: "solid-button", "data-command": options.command("NAME") },
    icon("plus"),
    options.button,
  );
  input.addEventListener("input", () => {
    button.dataset.command = options.command(input.value || "NAME");
  });
  const form = element("form", { class: "form-line" }, input, button);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const name = input.value;
    if (name === "") return input.focus();
    input.value = "";
    submit(name, options.command(name));
  });
  return form;
}
