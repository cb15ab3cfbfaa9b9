// What takes longer than half a second: its progress with bytes, a button that cancels it, and what went wrong.

import { element } from "../app/element.ts";
import { formatBytes } from "../app/format-bytes.ts";
import { icon } from "../app/icon.ts";
import { message } from "../app/messages.ts";
import { problemView } from "./problem-view.ts";

const PATIENCE_MS = 500;

export interface TaskProgress {
  /** What is being done at the moment. */
  readonly detail?: string;
  readonly doneBytes?: number;
  readonly totalBytes?: number | undefined;
}

export interface TaskControl {
  /** Aborted by the cancel button. */
  readonly signal: AbortSignal;
  report(progress: TaskProgress): void;
}

export class TaskList extends HTMLElement {
  readonly #spoken = element("span", { class: "visually-hidden", role: "status" });

  connectedCallback(): void {
    this.prepend(this.#spoken);
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", message("tasks.label"));
  }

  /** Resolves with whether it was done; failures are shown here and never thrown. */
  async run(label: string, work: (control: TaskControl) => Promise<void>): Promise<boolean> {
    const end = new AbortController();
    const view = new TaskView(label, () => end.abort(new DOMException("cancelled", "AbortError")));
    const timer = window.setTimeout(() => this.append(view), PATIENCE_MS);
    const cancelled = new Promise<never>((_, reject) => {
      end.signal.addEventListener("abort", () => reject(end.signal.reason), { once: true });
    });
    cancelled.catch(() => {});
    try {
      await Promise.race([
        work({ signal: end.signal, report: (progress) => view.update(progress) }),
        cancelled,
      ]);
      this.#spoken.textContent = message("tasks.done", { label });
      return true;
    } catch (error) {
      if (!end.signal.aborted) this.#fail(label, error);
      return false;
    } finally {
      window.clearTimeout(timer);
      view.remove();
    }
  }

  #fail(label: string, error: unknown): void {
    const text = message("tasks.dismiss");
    const dismiss = element(
      "button",
      { type: "button", class: "icon-button small", "aria-label": text, title: text },
      icon("cross"),
    );
    const view = element("div", { class: "task failed" }, problemView(error, label), dismiss);
    dismiss.addEventListener("click", () => view.remove());
    this.append(view);
  }
}

class TaskView extends HTMLElement {
  readonly #label: string;
  readonly #cancel: () => void;
  readonly #detail = element("span", { class: "task-detail" });
  readonly #bytes = element("span", { class: "task-bytes" });
  readonly #bar = element("progress", { max: 1 });

  constructor(label: string, cancel: () => void) {
    super();
    this.#label = label;
    this.#cancel = cancel;
  }

  connectedCallback(): void {
    if (this.childElementCount > 0) return;
    this.className = "task";
    this.#bar.setAttribute("aria-label", this.#label);
    const cancel = element("button", { type: "button", class: "text-button" }, message("tasks.cancel"));
    cancel.addEventListener("click", () => {
      cancel.disabled = true;
      this.#cancel();
    });
    this.append(
      element("span", { class: "task-label" }, this.#label),
      cancel,
      this.#bar,
      element("span", { class: "task-line" }, this.#detail, this.#bytes),
    );
  }

  update({ detail, doneBytes, totalBytes }: TaskProgress): void {
    if (detail !== undefined) this.#detail.textContent = detail;
    if (doneBytes === undefined) return;
    if (totalBytes !== undefined && totalBytes > 0) this.#bar.value = Math.min(1, doneBytes / totalBytes);
    this.#bytes.textContent =
      totalBytes === undefined
        ? formatBytes(doneBytes)
        : message("boot.bytes", { loaded: formatBytes(doneBytes), total: formatBytes(totalBytes) });
  }
}

customElements.define("slipway-tasks", TaskList);
customElements.define("slipway-task", TaskView);
