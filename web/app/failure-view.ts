// What happened, in words, and the way on: never a frozen terminal.

import type { MachineFailure } from "../../worker/rpc/protocol.ts";
import { element } from "./element.ts";
import { icon } from "./icon.ts";
import { message } from "./messages.ts";
import type { Feature } from "./missing-features.ts";

export interface Failure {
  readonly reason: MachineFailure;
  /** What the worker said, in its own words. */
  readonly message: string;
  readonly consoleTail: string;
}

/** What the first button says, where it is not about a restart. */
const WAYS_ON: { readonly [Reason in MachineFailure]?: "failure.takeBack" | "failure.launch" } = {
  moved: "failure.takeBack",
  cancelled: "failure.launch",
};

export class FailureView extends HTMLElement {
  constructor() {
    super();
    this.hidden = true;
  }

  /** `withoutSaving` is offered where what is kept is in the way. */
  show(failure: Failure, restart: () => void, withoutSaving: () => void): void {
    const { reason } = failure;
    const button = actionButton(message(WAYS_ON[reason] ?? "failure.restart"), restart);
    const others =
      reason === "storage" || reason === "full"
        ? [plainButton(message("held.withoutSaving"), withoutSaving)]
        : [];
    this.#fill(
      message(`failure.${reason}`),
      message(`failure.${reason}Text`),
      element("div", { class: "failure-actions" }, button, ...others),
      ...detail(message("failure.detail"), failure.message, true),
      ...detail(message("failure.console"), failure.consoleTail, failure.reason === "panic"),
    );
    button.focus();
  }

  showHeld(takeOver: () => void, withoutSaving: () => void): void {
    const button = actionButton(message("held.takeOver"), takeOver);
    this.#fill(
      message("held.title"),
      message("held.text"),
      element(
        "div",
        { class: "failure-actions" },
        button,
        plainButton(message("held.withoutSaving"), withoutSaving),
      ),
    );
    button.focus();
  }

  showUnsupported(features: readonly Feature[]): void {
    const names = features.map((feature) => message(`feature.${feature}`));
    const last = names.pop() ?? "";
    const all = names.length === 0 ? last : message("list.and", { first: names.join(", "), last });
    this.#fill(
      message("failure.unsupported"),
      message("failure.unsupportedText", { features: all }),
      actionButton(message("failure.reload"), () => location.reload()),
    );
  }

  #fill(title: string, text: string, ...rest: Node[]): void {
    this.hidden = false;
    const heading = element("h2", { id: "failure-title" }, title);
    this.replaceChildren(
      element(
        "div",
        {
          class: "failure-card",
          role: "alertdialog",
          "aria-labelledby": "failure-title",
          "aria-describedby": "failure-text",
        },
        heading,
        element("p", { id: "failure-text" }, text),
        ...rest,
      ),
    );
  }
}

function actionButton(text: string, act: () => void): HTMLButtonElement {
  const button = element("button", { type: "button", class: "primary" }, icon("restart"), text);
  button.addEventListener("click", act);
  return button;
}

function plainButton(text: string, act: () => void): HTMLButtonElement {
  const button = element("button", { type: "button", class: "plain" }, text);
  button.addEventListener("click", act);
  return button;
}

function detail(title: string, text: string, open: boolean): HTMLElement[] {
  if (text.trim() === "") return [];
  return [
    element(
      "details",
      { open },
      element("summary", {}, title),
      element("pre", { tabindex: 0, "aria-label": title }, text.trimEnd()),
    ),
  ];
}

customElements.define("slipway-failure", FailureView);
