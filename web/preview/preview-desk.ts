// The page's previews: the offers of ports, the pane beside the terminals, tabs of their own.

import type { OpenPort, PreviewMessage } from "../../worker/rpc/protocol.ts";
import { message } from "../app/messages.ts";
import { PortOffers } from "./port-offers.ts";
import { type PreviewBackend, serveTabs } from "./preview-backend.ts";
import { PreviewPane } from "./preview-pane.ts";

export interface PreviewDeskOptions {
  readonly ask: (machinePort: number, wanted: PreviewMessage, answer: MessagePort) => void;
  /** For screen readers. */
  readonly announce: (text: string) => void;
  /** The pane was closed. */
  readonly onClose: () => void;
}

export class PreviewDesk {
  readonly offers = new PortOffers((port) => this.open(port));
  readonly #neighbour: HTMLElement;
  readonly #options: PreviewDeskOptions;
  readonly #backend: PreviewBackend;
  #machine = "";
  #known: readonly number[] = [];
  #pane: PreviewPane | undefined;

  /** The pane is put beside `neighbour`. */
  constructor(neighbour: HTMLElement, options: PreviewDeskOptions) {
    this.#neighbour = neighbour;
    this.#options = options;
    const machine = () => this.#machine;
    this.#backend = {
      get machine() {
        return machine();
      },
      ask: options.ask,
    };
    serveTabs(this.#backend);
  }

  /** A machine that keeps nothing may run beside another tab's: its previews must not be mistaken for that one's. */
  useMachine(kept: boolean): void {
    if (kept) this.#machine = "";
    else this.#machine ||= crypto.randomUUID().slice(0, 8);
  }

  showPorts(ports: readonly OpenPort[]): void {
    this.offers.show(ports);
    for (const { port } of ports)
      if (!this.#known.includes(port)) this.#options.announce(message("preview.opened", { port }));
    this.#known = ports.map(({ port }) => port);
  }

  open(port: number, target = "/"): void {
    if (this.#pane === undefined) {
      this.#pane = new PreviewPane(this.#backend, {
        onNewTab: (tabPort, tabTarget) => this.#openTab(tabPort, tabTarget),
        onClose: () => this.close(),
      });
      this.#neighbour.after(this.#pane);
    }
    this.#pane.open(port, target);
  }

  close(): void {
    this.#pane?.remove();
    this.#pane = undefined;
    this.#options.onClose();
  }

  #openTab(port: number, target: string): void {
    const url = new URL("preview.html", document.baseURI);
    url.search = new URLSearchParams({ port: String(port), target, machine: this.#machine }).toString();
    window.open(url);
  }
}
