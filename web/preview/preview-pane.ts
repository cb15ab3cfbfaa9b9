// A preview as people see it: an address bar, the way back, reload, a tab of its own, and the page that a server in the machine sends.

import { element } from "../app/element.ts";
import { type IconName, icon } from "../app/icon.ts";
import { message } from "../app/messages.ts";
import type { PreviewBackend } from "./preview-backend.ts";
import { PreviewFrameLink } from "./preview-frame-link.ts";
import { previewOrigin, previewPattern } from "./preview-origin.ts";

export interface PreviewPaneEvents {
  /** Undefined: this pane has no other tab to open, or cannot be closed. */
  readonly onNewTab?: (port: number, target: string) => void;
  readonly onClose?: () => void;
}

export class PreviewPane extends HTMLElement {
  readonly #backend: PreviewBackend;
  readonly #events: PreviewPaneEvents;
  readonly #host = element("span", { class: "preview-host" });
  readonly #address = element("input", {
    type: "text",
    class: "preview-address",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    "aria-label": message("preview.address"),
  });
  readonly #body = element("div", { class: "preview-body" });
  readonly #trouble = element("div", { class: "preview-trouble", role: "alert", hidden: true });
  readonly #limits = element(
    "details",
    { class: "preview-limits", hidden: true },
    element("summary", {}, message("preview.noHost")),
    element("p", {}, message("preview.limits")),
  );
  #port = 0;
  #target = "/";
  #link: PreviewFrameLink | undefined;

  constructor(backend: PreviewBackend, events: PreviewPaneEvents) {
    super();
    this.#backend = backend;
    this.#events = events;
  }

  get port(): number {
    return this.#port;
  }

  connectedCallback(): void {
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", message("preview.label"));
    const { onNewTab, onClose } = this.#events;
    const form = element("form", { class: "preview-form" }, this.#host, this.#address);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#go(this.#address.value);
    });
    this.replaceChildren(
      element(
        "div",
        { class: "preview-bar" },
        this.#button("left", message("preview.back"), () => this.#link?.back()),
        this.#button("restart", message("preview.reload"), () => this.#reload()),
        form,
        ...(onNewTab
          ? [this.#button("open", message("preview.newTab"), () => onNewTab(this.#port, this.#target))]
          : []),
        ...(onClose ? [this.#button("cross", message("preview.close"), onClose)] : []),
      ),
      this.#limits,
      this.#body,
    );
    this.#body.append(this.#trouble);
  }

  disconnectedCallback(): void {
    this.#link?.dispose();
    this.#link = undefined;
  }

  open(port: number, target = "/"): void {
    if (port === this.#port && this.#link !== undefined) {
      this.#go(target);
      return;
    }
    this.#link?.dispose();
    this.#link = undefined;
    this.#port = port;
    this.#host.textContent = `localhost:${port}`;
    this.#show(target);
    this.#trouble.hidden = true;
    const origin = previewOrigin(port, {
      pattern: previewPattern(),
      machine: this.#backend.machine,
      page: location,
    });
    this.#limits.hidden = origin !== undefined;
    if (origin !== undefined && !window.isSecureContext) this.#say(message("preview.insecure"));
    else this.#connect(origin, port, target);
  }

  #connect(origin: string | undefined, port: number, target: string): void {
    this.#link = new PreviewFrameLink(origin, port, target, this.#backend, {
      onPlace: (place, title) => {
        if (place !== undefined) this.#show(place);
        this.#link?.element.setAttribute("title", title || message("preview.label"));
      },
      onBlocked: (reason) => this.#say(message("preview.blocked", { reason })),
      onSilent: () => this.#say(message("preview.silent", { host: new URL(origin ?? location.href).host })),
    });
    this.#link.element.title = message("preview.label");
    this.#body.append(this.#link.element);
  }

  #go(text: string): void {
    const target = text.startsWith("/") ? text : `/${text}`;
    this.#show(target);
    this.#link?.go(target);
  }

  #reload(): void {
    // What failed for good starts over.
    if (this.#trouble.hidden) this.#link?.reload();
    else {
      this.#link?.dispose();
      this.#link = undefined;
      this.open(this.#port, this.#target);
    }
  }

  #show(target: string): void {
    this.#target = target;
    this.#address.value = target;
  }

  #say(text: string): void {
    this.#trouble.textContent = text;
    this.#trouble.hidden = false;
  }

  #button(name: IconName, label: string, act: () => void): HTMLElement {
    const button = element(
      "button",
      { type: "button", class: "icon-button", "aria-label": label, title: label },
      icon(name),
    );
    button.addEventListener("click", act);
    return button;
  }
}

customElements.define("slipway-preview", PreviewPane);
