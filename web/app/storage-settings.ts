// The part of the settings about what this browser keeps: whether, how much, and the way to be rid of it.

import type { MachineState } from "../../worker/rpc/protocol.ts";
import { element } from "./element.ts";
import { formatBytes } from "./format-bytes.ts";
import { message } from "./messages.ts";

export interface StorageActions {
  /** Removes everything; rejects when it cannot. */
  readonly forget: () => Promise<void>;
  /** Keeps every file; rejects when it cannot, or was stopped. */
  readonly keepOffline: (onProgress: (keptBytes: number, totalBytes: number) => void) => Promise<void>;
  readonly stopKeeping: () => void;
}

export class StorageSettings extends HTMLElement {
  readonly #actions: StorageActions;
  readonly #offline = element("button", { type: "button", class: "plain" }, message("storage.offline"));
  readonly #stop = element(
    "button",
    { type: "button", class: "plain", hidden: true },
    message("storage.offlineStop"),
  );
  readonly #bar = element("progress", { hidden: true, "aria-label": message("storage.offline") });
  readonly #progress = element("p", { class: "storage-progress", role: "status" });
  readonly #status = element("p", { class: "storage-status" });
  readonly #used = element("p", { class: "storage-used" });
  readonly #problem = element("p", { class: "storage-problem", role: "alert" });
  readonly #ask = element("button", { type: "button", class: "plain" }, message("storage.forget"));
  readonly #sure = element("div", { class: "storage-sure", hidden: true });

  constructor(actions: StorageActions) {
    super();
    this.#actions = actions;
  }

  connectedCallback(): void {
    const yes = element("button", { type: "button", class: "plain danger" }, message("storage.forgetNow"));
    const no = element("button", { type: "button", class: "plain" }, message("storage.cancel"));
    this.#ask.addEventListener("click", () => this.#confirm(true));
    no.addEventListener("click", () => this.#confirm(false));
    yes.addEventListener("click", () => void this.#run());
    this.#sure.replaceChildren(
      element("p", {}, message("storage.forgetSure")),
      element("div", { class: "failure-actions" }, yes, no),
    );
    this.#offline.addEventListener("click", () => void this.#keep());
    this.#stop.addEventListener("click", () => this.#actions.stopKeeping());
    this.replaceChildren(
      this.#status,
      this.#used,
      this.#bar,
      this.#progress,
      element("div", { class: "failure-actions" }, this.#offline, this.#stop, this.#ask),
      this.#sure,
      this.#problem,
    );
  }

  update(state: MachineState): void {
    if (state.phase !== "ready") return;
    const { storage } = state;
    this.#status.textContent =
      storage.kind === "kept"
        ? message("storage.kept")
        : storage.why === "asked"
          ? message("storage.asked")
          : message("storage.blocked", { reason: storage.reason });
  }

  /** Asks the browser how much is used; where it does not say, nothing is shown. */
  async measure(): Promise<void> {
    this.#confirm(false);
    try {
      const { usage = 0, quota = 0 } = await navigator.storage.estimate();
      const left = formatBytes(Math.max(0, quota - usage));
      this.#used.textContent = message("storage.used", { used: formatBytes(usage), left });
    } catch {
      this.#used.textContent = "";
    }
  }

  #confirm(asking: boolean): void {
    const moved = this.contains(document.activeElement);
    this.#ask.hidden = asking;
    this.#sure.hidden = !asking;
    this.#problem.textContent = "";
    if (!moved) return;
    if (asking) this.#sure.querySelector<HTMLElement>("button:last-child")?.focus();
    else this.#ask.focus();
  }

  async #keep(): Promise<void> {
    this.#keeping(true);
    try {
      await this.#actions.keepOffline((kept, total) => {
        // What is reported may arrive after the end.
        if (this.#bar.hidden) return;
        this.#bar.max = total;
        this.#bar.value = kept;
        this.#progress.textContent = message("storage.offlineProgress", {
          kept: formatBytes(kept),
          total: formatBytes(total),
        });
      });
      this.#keeping(false);
      this.#progress.textContent = message("storage.offlineDone");
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#keeping(false);
      this.#progress.textContent = message("storage.offlineFailed", { reason });
    }
  }

  #keeping(busy: boolean): void {
    const moved = this.contains(document.activeElement);
    this.#offline.hidden = busy;
    this.#stop.hidden = !busy;
    this.#bar.hidden = !busy;
    if (moved) (busy ? this.#stop : this.#offline).focus();
  }

  async #run(): Promise<void> {
    try {
      await this.#actions.forget();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#confirm(false);
      this.#problem.textContent = message("storage.forgetFailed", { reason });
    }
  }
}

customElements.define("slipway-storage", StorageSettings);
