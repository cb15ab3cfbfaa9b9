// The row of a new folder, at the top of a list of files: a name and Enter make it, Escape gives it up.

import { element } from "../app/element.ts";
import { message } from "../app/messages.ts";

/** `make` gets a name without a slash in it; the row is gone by then. */
export function newFolderRow(make: (name: string) => void): { row: HTMLLIElement; input: HTMLInputElement } {
  const input = element("input", { class: "field mono", "aria-label": message("files.folderName") });
  const form = element("form", { class: "form-line" }, input);
  const row = element("li", {}, form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const name = input.value.trim();
    row.remove();
    if (name !== "" && !name.includes("/")) make(name);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    row.remove();
  });
  return { row, input };
}
