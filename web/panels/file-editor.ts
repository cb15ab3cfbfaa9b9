// A small text, edited in place. What is no UTF-8 text is shown and not changed.

import { element } from "../app/element.ts";
import { icon } from "../app/icon.ts";
import { message } from "../app/messages.ts";

export interface EditorEvents {
  readonly close: () => void;
  /** Resolves with whether it was saved. */
  readonly save: (content: Uint8Array<ArrayBuffer>) => Promise<boolean>;
}

export class FileEditor extends HTMLElement {
  readonly #name: string;
  readonly #events: EditorEvents;
  readonly #text: string | undefined;
  readonly #area = element("textarea", { class: "editor", spellcheck: "false", autocapitalize: "off" });
  readonly #save = element(
    "button",
    { type: "button", class: "solid-button" },
    icon("save"),
    message("files.save"),
  );
  readonly #note = element("span", { class: "quiet", role: "status" });
  #saved: string;

  constructor(name: string, content: Uint8Array, events: EditorEvents) {
    super();
    this.#name = name;
    this.#events = events;
    this.#text = decodeText(content);
    this.#saved = this.#text ?? "";
  }

  connectedCallback(): void {
    const back = element(
      "button",
      { type: "button", class: "text-button" },
      icon("left"),
      message("files.back"),
    );
    back.addEventListener("click", () => this.#events.close());
    this.#save.addEventListener("click", () => void this.#store());
    const head = element("div", { class: "panel-bar" }, back, this.#note, this.#save);
    if (this.#text === undefined) {
      this.#save.hidden = true;
      this.replaceChildren(
        head,
        element("p", { class: "quiet" }, message("files.binary", { name: this.#name })),
      );
      back.focus();
      return;
    }
    this.#area.value = this.#text;
    this.#area.setAttribute("aria-label", message("files.editing", { name: this.#name }));
    this.#area.addEventListener("input", () => this.#update());
    this.#area.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key === "s") {
        event.preventDefault();
        void this.#store();
      }
      // A text in the making is not lost to the key that closes the panel.
      if (event.key === "Escape") event.preventDefault();
    });
    this.replaceChildren(head, this.#area);
    this.#update();
    this.#area.focus();
    this.#area.setSelectionRange(0, 0);
  }

  #update(): void {
    const changed = this.#area.value !== this.#saved;
    this.#save.disabled = !changed;
    this.#note.textContent = changed ? message("files.changed") : "";
  }

  async #store(): Promise<void> {
    const text = this.#area.value;
    if (this.#text === undefined || text === this.#saved) return;
    if (!(await this.#events.save(new TextEncoder().encode(text)))) return;
    this.#saved = text;
    this.#update();
    if (this.#area.value === text) this.#note.textContent = message("files.saved");
  }
}

/** Undefined for bytes that are not UTF-8, or hold NUL as texts do not. */
function decodeText(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes("\0") ? undefined : text;
  } catch {
    return undefined;
  }
}

customElements.define("slipway-editor", FileEditor);
