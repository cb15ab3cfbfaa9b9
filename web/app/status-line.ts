// The line at the bottom: whether the machine runs, and how large the terminal is.

import type { MachineState, TerminalSize } from "../../worker/rpc/protocol.ts";
import { bootProgress } from "./boot-progress.ts";
import { element } from "./element.ts";
import { message } from "./messages.ts";

export class StatusLine extends HTMLElement {
  readonly #state = element("span", { class: "status-state" });
  /** Spoken: only the phases, not every percent. */
  readonly #spoken = element("span", { class: "visually-hidden", role: "status" });
  readonly #detail = element("span", { class: "status-detail" });
  readonly #storage = element("span", { class: "status-storage" });
  readonly #note = element("span", { class: "status-note", role: "status" });
  readonly #size = element("span", { class: "status-size" });
  #noteTimer: number | undefined;

  connectedCallback(): void {
    this.setAttribute("role", "contentinfo");
    this.replaceChildren(this.#state, this.#detail, this.#storage, this.#spoken, this.#note, this.#size);
  }

  update(state: MachineState): void {
    this.dataset.phase = state.phase;
    const percent = bootProgress(state).percent;
    const text =
      state.phase === "fetching"
        ? message("status.fetching", {
            percent: percent === undefined ? "…" : message("boot.percent", { percent }),
          })
        : message(`status.${state.phase}`);
    this.#state.textContent = text;
    const spoken = state.phase === "fetching" ? message("boot.title") : text;
    if (this.#spoken.textContent !== spoken) this.#spoken.textContent = spoken;
    this.#detail.textContent =
      state.phase === "ready"
        ? message("status.readyDetail", { seconds: (state.bootMs / 1000).toFixed(1) })
        : "";
    this.#storage.textContent =
      state.phase === "ready"
        ? message(state.storage.kind === "kept" ? "status.kept" : "status.notKept")
        : "";
    this.#storage.classList.toggle("warning", state.phase === "ready" && state.storage.kind !== "kept");
  }

  /** Places what is offered of the machine beside the size. */
  offer(offers: HTMLElement): void {
    this.#size.before(offers);
  }

  /** For screen readers: what others see happen. */
  announce(text: string): void {
    this.#spoken.textContent = text;
  }

  resize(size: TerminalSize | undefined): void {
    this.#size.textContent = size === undefined ? "" : message("status.size", { ...size });
    if (size !== undefined) this.#size.setAttribute("aria-label", message("status.sizeLabel", { ...size }));
  }

  /** A short word about what was just done; gone after a while. */
  note(text: string): void {
    window.clearTimeout(this.#noteTimer);
    this.#note.textContent = text;
    this.#noteTimer = window.setTimeout(() => {
      this.#note.textContent = "";
    }, 5000);
  }
}

customElements.define("slipway-status", StatusLine);
