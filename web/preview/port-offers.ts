// The ports that are open in the machine, each a button that shows its preview.

import type { OpenPort } from "../../worker/rpc/protocol.ts";
import { element } from "../app/element.ts";
import { message } from "../app/messages.ts";

export class PortOffers extends HTMLElement {
  readonly #onOpen: (port: number) => void;

  constructor(onOpen: (port: number) => void) {
    super();
    this.#onOpen = onOpen;
  }

  connectedCallback(): void {
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", message("preview.ports"));
    this.hidden = this.childElementCount === 0;
  }

  show(ports: readonly OpenPort[]): void {
    this.hidden = ports.length === 0;
    this.replaceChildren(
      ...ports.map(({ port, container }) => {
        const label =
          container === undefined
            ? message("preview.offer", { port })
            : message("preview.offerOf", { port, container });
        const button = element(
          "button",
          { type: "button", class: "port-offer", "aria-label": label, title: label },
          message("preview.port", { port }),
        );
        button.addEventListener("click", () => this.#onOpen(port));
        return button;
      }),
    );
  }
}

customElements.define("slipway-ports", PortOffers);
