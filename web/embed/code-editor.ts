// The playground's editor: one text field over several files. A text field brings what an editor of 130 KB would have to rebuild: the reader's own keyboard,
// undo, spelling of input methods, screen readers. docs/decisions/0016-embedding.md.

import { element } from "../app/element.ts";
import { embedMessage } from "./embed-messages.ts";
import { changeIndent, newLineIndent } from "./indent.ts";
import type { PageFiles } from "./page-files.ts";

export class CodeEditor {
  readonly tabs = element("div", {
    class: "files",
    role: "tablist",
    "aria-label": embedMessage("editor.files"),
    hidden: true,
  });
  readonly field = element("textarea", {
    class: "code",
    part: "editor",
    spellcheck: "false",
    autocapitalize: "off",
    autocomplete: "off",
    wrap: "off",
    id: "code",
    disabled: true,
    "aria-label": embedMessage("editor.files"),
  });
  readonly #onRun: () => void;
  #files: Map<string, string> = new Map();
  #binary: PageFiles = new Map();
  #open = "";
  #leaving = false;

  constructor(onRun: () => void) {
    this.#onRun = onRun;
    this.field.addEventListener("keydown", (event) => this.#key(event));
    this.field.addEventListener("input", () => this.#files.set(this.#open, this.field.value));
    this.tabs.addEventListener("keydown", (event) => this.#tabKey(event));
  }

  /** Text can be edited; other content is passed on as it is. */
  show(files: PageFiles): void {
    for (const [name, content] of files) {
      const text = typeof content === "string" ? content : textOf(content);
      if (text === undefined) this.#binary.set(name, content);
      else this.#files.set(name, text);
    }
    this.tabs.replaceChildren(
      ...[...this.#files.keys()].map((name) => {
        const tab = element("button", { type: "button", role: "tab", "aria-controls": "code" }, name);
        tab.addEventListener("click", () => this.open(name));
        return tab;
      }),
    );
    const [first] = this.#files.keys();
    this.tabs.hidden = first === undefined;
    this.field.disabled = first === undefined;
    if (first !== undefined) this.open(first);
  }

  get files(): PageFiles {
    return new Map([...this.#binary, ...this.#files]);
  }

  open(name: string): void {
    this.#open = name;
    this.field.value = this.#files.get(name) ?? "";
    this.field.setAttribute("aria-label", embedMessage("editor.label", { file: name }));
    for (const tab of this.tabs.children) {
      const selected = tab.textContent === name;
      tab.setAttribute("aria-selected", String(selected));
      (tab as HTMLElement).tabIndex = selected ? 0 : -1;
    }
  }

  #key(event: KeyboardEvent): void {
    const { key, shiftKey, ctrlKey, metaKey, altKey } = event;
    const { value, selectionStart, selectionEnd } = this.field;
    if (key === "Escape") {
      this.#leaving = true;
      return;
    }
    if ((ctrlKey || metaKey) && key === "Enter") {
      event.preventDefault();
      this.#onRun();
    } else if (key === "Tab" && !this.#leaving && !ctrlKey && !metaKey && !altKey) {
      event.preventDefault();
      this.#replace(changeIndent(value, selectionStart, selectionEnd, shiftKey ? -1 : 1));
    } else if (key === "Enter" && !event.isComposing) {
      event.preventDefault();
      this.#replace(newLineIndent(value, selectionStart, selectionEnd));
    }
    if (key !== "Shift") this.#leaving = false;
  }

  /** As if typed, so that undo knows it. */
  #replace(change: ReturnType<typeof changeIndent>): void {
    const { from, to, text, selectionStart, selectionEnd } = change;
    this.field.setSelectionRange(from, to);
    const done =
      text === "" ? document.execCommand("delete") : document.execCommand("insertText", false, text);
    if (!done) this.field.setRangeText(text, from, to);
    this.field.setSelectionRange(selectionStart, selectionEnd);
    this.#files.set(this.#open, this.field.value);
  }

  #tabKey({ key }: KeyboardEvent): void {
    const step = key === "ArrowRight" ? 1 : key === "ArrowLeft" ? -1 : 0;
    const names = [...this.#files.keys()];
    const next = names[(names.indexOf(this.#open) + step + names.length) % names.length];
    if (step === 0 || next === undefined) return;
    this.open(next);
    this.tabs.querySelector<HTMLElement>('[aria-selected="true"]')?.focus();
  }
}

function textOf(content: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(content);
    return text.includes("\0") ? undefined : text;
  } catch {
    return undefined;
  }
}
