// Previews for whoever embeds: an address that an iframe of this page can be given. The frame behind it asks this window for everything, and
// is answered from the machine; which port it means is told by its origin alone.

import { bytesToHex } from "../../worker/base/hex.ts";
import type { PreviewMessage } from "../../worker/rpc/protocol.ts";
import { previewOrigin } from "../preview/preview-origin.ts";
import { FRAME_PATH, type FromFrame, type ToFrame } from "../preview/preview-protocol.ts";

export interface PreviewRelayOptions {
  readonly ask: (machinePort: number, wanted: PreviewMessage, answer: MessagePort) => void;
  /** The frame's browser lets it have no service worker. */
  readonly onBlocked: (machinePort: number, reason: string) => void;
  /** An origin with `*` for a label, or "". */
  readonly pattern: string;
  /** Where Slipway's files lie: on a loopback address its host serves previews, too. */
  readonly site: URL;
}

export class PreviewRelay {
  readonly #options: PreviewRelayOptions;
  /** Machines of several pages must not be mistaken for each other. */
  readonly #machine: string;
  readonly #ports = new Map<string, number>();

  constructor(options: PreviewRelayOptions) {
    this.#options = options;
    const bytes = crypto.getRandomValues(new Uint8Array(5));
    this.#machine = bytesToHex(bytes);
    window.addEventListener("message", this.#receive);
  }

  /** "" where there is no host for previews. `target`: path and query of the page that is shown. */
  url(port: number, target = "/"): string {
    const { pattern, site } = this.#options;
    const origin = previewOrigin(port, { pattern, machine: this.#machine, page: site });
    if (origin === undefined) return "";
    this.#ports.set(origin, port);
    return `${origin}${FRAME_PATH}${target === "/" ? "" : `#${target}`}`;
  }

  /** Has the page that a frame shows loaded anew. */
  reload(frame: HTMLIFrameElement): void {
    const { origin } = new URL(frame.src);
    if (this.#ports.has(origin)) post(frame.contentWindow, { slipway: "reload" }, origin);
  }

  dispose(): void {
    window.removeEventListener("message", this.#receive);
    this.#ports.clear();
  }

  readonly #receive = ({ data, source, origin, ports }: MessageEvent<FromFrame>) => {
    const port = this.#ports.get(origin);
    const frame = source as Window | null;
    if (port === undefined || frame === null || frame.parent !== window) return;
    if (data?.slipway === "ready") post(frame, { slipway: "go", target: data.target ?? "/" }, origin);
    else if (data?.slipway === "blocked") this.#options.onBlocked(port, String(data.reason));
    else if (data?.slipway === "ask" && ports[0] !== undefined)
      this.#options.ask(port, data.message, ports[0]);
  };
}

function post(frame: Window | null, message: ToFrame, origin: string): void {
  frame?.postMessage(message, origin);
}
