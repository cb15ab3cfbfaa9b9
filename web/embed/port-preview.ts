// The preview of a playground: a frame with what a server of the machine answers.

import { element } from "../app/element.ts";
import { icon } from "../app/icon.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { embedMessage } from "./embed-messages.ts";

export class PortPreview {
  readonly element = element("div", { class: "preview", part: "preview" });
  readonly #port: number;
  readonly #say: (text: string) => void;
  #shown = "";

  /** `port`: of the container, as its author knows it. */
  constructor(port: number, say: (text: string) => void) {
    this.#port = port;
    this.#say = say;
    this.clear();
  }

  clear(): void {
    this.#shown = "";
    const waiting = embedMessage("preview.waiting", { port: this.#port });
    this.element.replaceChildren(element("p", {}, waiting));
  }

  show(sandbox: Sandbox, machinePort: number): void {
    const url = sandbox.previewUrl(machinePort);
    if (url === this.#shown && url !== "") return;
    this.#shown = url;
    if (url === "") {
      this.#say(embedMessage("preview.noHost"));
      return;
    }
    const title = embedMessage("preview.title", { port: this.#port });
    const frame = element("iframe", { title, src: url, allow: "fullscreen" });
    const label = embedMessage("action.reloadPreview");
    const reload = element("button", { type: "button", "aria-label": label, title: label }, icon("restart"));
    reload.addEventListener("click", () => sandbox.reloadPreview(frame));
    const bar = element(
      "div",
      { class: "preview-bar" },
      element("span", {}, `localhost:${this.#port}`),
      reload,
    );
    this.element.replaceChildren(bar, frame);
  }
}
