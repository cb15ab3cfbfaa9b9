// A line of commands to try. A click types one into the terminal without Enter: who reads it decides.

import { element } from "./element.ts";
import { icon } from "./icon.ts";
import { message } from "./messages.ts";

const COMMANDS = [
  "docker run -it --rm busybox sh",
  "docker run hello-world",
  "lxc-create -n web -t image -- debian",
  "lxc-start -n web",
] as const;

export class HintBar extends HTMLElement {
  readonly #onCommand: (command: string) => void;
  readonly #onDismiss: () => void;

  constructor(onCommand: (command: string) => void, onDismiss: () => void) {
    super();
    this.#onCommand = onCommand;
    this.#onDismiss = onDismiss;
  }

  connectedCallback(): void {
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", message("hint.label"));
    const label = message("hint.dismiss");
    const dismiss = element(
      "button",
      { type: "button", class: "icon-button", "aria-label": label, title: label },
      icon("cross"),
    );
    dismiss.addEventListener("click", () => this.#onDismiss());
    this.replaceChildren(
      element("span", { class: "hint-lead" }, message("hint.lead")),
      element(
        "ul",
        { class: "hint-list" },
        ...COMMANDS.map((command) => element("li", {}, this.#chip(command))),
      ),
      dismiss,
    );
  }

  #chip(command: string): HTMLButtonElement {
    const label = message("hint.type", { command });
    const chip = element(
      "button",
      { type: "button", class: "hint", "aria-label": label, title: label },
      element("code", {}, command),
    );
    chip.addEventListener("click", () => this.#onCommand(command));
    return chip;
  }
}

customElements.define("slipway-hints", HintBar);
