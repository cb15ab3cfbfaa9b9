// The line at a panel's foot: the command that does what a button does, to copy or to type. Whoever uses the panels
// learns the command line on the way.

import { element } from "../app/element.ts";
import { icon } from "../app/icon.ts";
import { message } from "../app/messages.ts";
import { writeClipboard } from "../terminal/clipboard.ts";

export class CommandTrail extends HTMLElement {
  readonly #onType: (command: string) => void;
  readonly #onNote: (text: string) => void;
  readonly #lead = element("span", { class: "trail-lead" });
  readonly #code = element("code", {});
  readonly #copy = trailButton("copy", message("trail.copy"));
  readonly #type = trailButton("terminal", message("trail.type"));
  #command = "";

  /** `onType` puts a command into the terminal without Enter. */
  constructor(onType: (command: string) => void, onNote: (text: string) => void) {
    super();
    this.#onType = onType;
    this.#onNote = onNote;
  }

  connectedCallback(): void {
    if (this.childElementCount > 0) return;
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", message("trail.label"));
    this.#copy.addEventListener("click", () => void this.#copyCommand());
    this.#type.addEventListener("click", () => this.#onType(this.#command));
    this.append(this.#lead, this.#code, this.#copy, this.#type);
    this.rest();
  }

  /** What a click would do. */
  point(command: string): void {
    this.#show(command, "trail.would");
  }

  ran(command: string): void {
    this.#show(command, "trail.ran");
  }

  rest(): void {
    this.#command = "";
    this.#lead.textContent = message("trail.rest");
    this.#code.textContent = "";
    this.#copy.hidden = true;
    this.#type.hidden = true;
  }

  #show(command: string, lead: "trail.would" | "trail.ran"): void {
    this.#command = command;
    this.#lead.textContent = message(lead);
    this.#code.textContent = command;
    this.#code.title = command;
    this.#copy.hidden = false;
    this.#type.hidden = false;
  }

  async #copyCommand(): Promise<void> {
    const done = await writeClipboard(this.#command);
    this.#onNote(message(done ? "clipboard.copied" : "clipboard.writeDenied"));
  }
}

function trailButton(name: "copy" | "terminal", label: string): HTMLButtonElement {
  return element(
    "button",
    { type: "button", class: "icon-button small", "aria-label": label, title: label },
    icon(name),
  );
}

customElements.define("slipway-trail", CommandTrail);
