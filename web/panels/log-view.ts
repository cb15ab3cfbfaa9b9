// A container's output as it comes: the last lines first, then what follows. Colours of terminals are left out.

import { element } from "../app/element.ts";
import { message } from "../app/messages.ts";
import type { PanelContext } from "./panel.ts";
import { problemView } from "./problem-view.ts";

const TAIL_LINES = 500;
const KEPT_CHARACTERS = 400_000;
/** Escape sequences (ECMA-48) and carriage returns of terminals. */
const CONTROL =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-_])|\r(?=\n)|[\x00-\x08\x0b-\x1a]/g;

export class LogView extends HTMLElement {
  readonly #context: PanelContext;
  readonly #id: string;
  readonly #text = element("pre", { class: "log", tabindex: 0, role: "log", "aria-live": "off" });
  #end: AbortController | undefined;

  constructor(context: PanelContext, id: string) {
    super();
    this.#context = context;
    this.#id = id;
  }

  connectedCallback(): void {
    this.#text.setAttribute("aria-label", message("detail.logs"));
    this.#text.replaceChildren();
    this.replaceChildren(this.#text);
    const end = new AbortController();
    this.#end = end;
    this.#read(end.signal).catch((error: unknown) => {
      if (!end.signal.aborted) this.append(problemView(error));
    });
  }

  disconnectedCallback(): void {
    this.#end?.abort();
  }

  async #read(signal: AbortSignal): Promise<void> {
    const frames = await this.#context.docker.containers.logs(this.#id, {
      follow: true,
      tail: TAIL_LINES,
      signal,
    });
    const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
    const reader = frames.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const stream = value.stream === "stderr" ? "stderr" : "stdout";
      this.#add(decoders[stream].decode(value.bytes, { stream: true }), stream);
    }
    if (this.#text.childElementCount === 0)
      this.#text.append(element("span", { class: "quiet" }, message("detail.noLogs")));
  }

  #add(text: string, stream: "stdout" | "stderr"): void {
    const atEnd = this.#text.scrollHeight - this.#text.scrollTop - this.#text.clientHeight < 24;
    const last = this.#text.lastElementChild;
    const plain = text.replace(CONTROL, "");
    if (last !== null && last.className === stream && last.textContent.length < 8000) last.append(plain);
    else this.#text.append(element("span", { class: stream }, plain));
    while (this.#text.childElementCount > 1 && this.#text.textContent.length > KEPT_CHARACTERS)
      this.#text.firstElementChild?.remove();
    if (atEnd) this.#text.scrollTop = this.#text.scrollHeight;
  }
}

customElements.define("slipway-log", LogView);
