// What is seen until the prompt: a container on its way down the slip, as far as the machine has been fetched.

import type { MachineState } from "../../worker/rpc/protocol.ts";
import { type BootStep, bootProgress } from "./boot-progress.ts";
import { element } from "./element.ts";
import { message } from "./messages.ts";

const STEPS: readonly BootStep[] = ["fetch", "restore", "prompt"];

/** The ramp falls 100 in 440; `--progress` (0 to 1) moves the container along it. */
const SLIP = `<svg class="slip" viewBox="0 0 480 176" aria-hidden="true">
  <path class="slip-piles" d="M60 49v92M130 65v76M200 81v60M270 97v44M340 113v28"/>
  <path class="slip-ground" d="M8 141h360"/>
  <path class="slip-ramp" d="M20 40 440 135.5"/>
  <path class="slip-done" d="M20 40 440 135.5" pathLength="1"/>
  <g class="slip-load"><g transform="translate(20 40) rotate(12.8)"><g class="slip-box">
    <rect x="0" y="-38" width="62" height="35" rx="2.5"/>
    <path d="M10-31.5v22M20.5-31.5v22M31-31.5v22M41.5-31.5v22M52-31.5v22"/>
  </g></g></g>
  <path class="slip-depth" d="M308 150q11-8 22 0t22 0 22 0 22 0 22 0 22 0 22 0 22 0V176H308Z"/>
  <path class="slip-water" d="M352 150q11-8 22 0t22 0 22 0 22 0 22 0 22 0"/>
  <path class="slip-water far" d="M330 163q11-8 22 0t22 0 22 0 22 0 22 0 22 0 22 0"/>
</svg>`;

export class BootView extends HTMLElement {
  readonly #cancel = element(
    "button",
    { type: "button", class: "plain boot-cancel" },
    message("boot.cancel"),
  );
  readonly #percent = element("strong", { class: "boot-percent" });
  readonly #text = element("span", { class: "boot-text" });
  readonly #bytes = element("span", { class: "boot-bytes" });
  /** The slip itself is the progress bar. */
  readonly #bar = element("div", {
    class: "boot-drawing",
    role: "progressbar",
    "aria-label": message("boot.progress"),
    "aria-valuemin": 0,
    "aria-valuemax": 100,
  });
  readonly #steps = new Map(
    STEPS.map((step) => [
      step,
      element(
        "li",
        {},
        message(
          step === "fetch" ? "boot.stepFetch" : step === "restore" ? "boot.stepRestore" : "boot.stepPrompt",
        ),
      ),
    ]),
  );

  /** `cancel`: whoever waits wants no more of it. */
  constructor(cancel: () => void) {
    super();
    this.#cancel.addEventListener("click", cancel);
  }

  connectedCallback(): void {
    this.#bar.innerHTML = SLIP;
    this.replaceChildren(
      element(
        "div",
        { class: "boot-card" },
        this.#bar,
        element("div", { class: "boot-head" }, element("h2", {}, message("boot.title")), this.#percent),
        element("p", { class: "boot-line" }, this.#text, this.#bytes),
        element("ol", { class: "boot-steps" }, ...this.#steps.values()),
        element("p", { class: "boot-note" }, message("boot.note")),
        this.#cancel,
      ),
    );
    this.update({ phase: "idle" });
  }

  update(state: MachineState): void {
    const { step, text, bytes, percent } = bootProgress(state);
    this.dataset.step = step;
    this.toggleAttribute("data-indeterminate", percent === undefined);
    this.style.setProperty("--progress", String((percent ?? 0) / 100));
    this.#text.textContent = text;
    this.#bytes.textContent = bytes;
    this.#percent.textContent = percent === undefined ? "" : message("boot.percent", { percent });
    this.#bar.setAttribute("aria-valuetext", bytes === "" ? text : `${text}, ${bytes}`);
    if (percent === undefined) this.#bar.removeAttribute("aria-valuenow");
    else this.#bar.setAttribute("aria-valuenow", String(percent));
    const current = STEPS.indexOf(step);
    for (const [name, item] of this.#steps) {
      const index = STEPS.indexOf(name);
      item.className = index < current ? "done" : index === current ? "current" : "";
      if (index === current) item.setAttribute("aria-current", "step");
      else item.removeAttribute("aria-current");
    }
  }
}

customElements.define("slipway-boot", BootView);
