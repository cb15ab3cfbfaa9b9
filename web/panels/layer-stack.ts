// An image drawn as what it is: a stack of layers, each as thick as what it added, the newest on top. Steps that added
// no files are lines between them.

import "./layer-stack.css";
import { element } from "../app/element.ts";
import { formatBytes } from "../app/format-bytes.ts";
import { message } from "../app/messages.ts";

export interface LayerStep {
  readonly step: string;
  readonly sizeBytes: number;
}

export class LayerStack extends HTMLElement {
  readonly #steps: readonly LayerStep[];

  /** Newest first. */
  constructor(steps: readonly LayerStep[]) {
    super();
    this.#steps = steps;
  }

  connectedCallback(): void {
    const largest = Math.max(1, ...this.#steps.map(({ sizeBytes }) => sizeBytes));
    const list = element("ol", { class: "stack", "aria-label": message("images.layers") });
    for (const { step, sizeBytes } of this.#steps) {
      const item = element(
        "li",
        { class: sizeBytes > 0 ? "layer" : "layer none", title: step },
        element("span", { class: "layer-step" }, readableStep(step)),
        element(
          "span",
          { class: "layer-size" },
          sizeBytes > 0 ? `+ ${formatBytes(sizeBytes)}` : message("images.noFiles"),
        ),
      );
      // Roots, so that a small layer on a large one is still seen.
      item.style.setProperty("--thickness", String(Math.sqrt(sizeBytes / largest)));
      list.append(item);
    }
    this.replaceChildren(list);
  }
}

/** Without the shell that wraps each RUN, and the marks of the classic builder. */
export function readableStep(step: string): string {
  return (
    step
      .replace(/^\/bin\/sh -c #\(nop\)\s*/, "")
      .replace(/^(?:RUN )?\/bin\/sh -c /, "RUN ")
      .replace(/\s*# buildkit$/, "")
      .replace(/\s+/g, " ")
      .trim() || message("images.unknownStep")
  );
}

customElements.define("slipway-layers", LayerStack);
