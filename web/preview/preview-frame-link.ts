// The application's end of a preview: the frame on the preview's origin, and what it asks. The frame says what it wants, never of which
// port: that is decided here, by which frame it is.

import type { PreviewBackend } from "./preview-backend.ts";
import { FRAME_PATH, type FromFrame, type ToFrame } from "./preview-protocol.ts";
import { SANDBOXED_HOST_FILE } from "./sandboxed-protocol.ts";

/** The frame's own page is a small file of this site. */
const PATIENCE_MS = 20_000;

export interface PreviewFrameEvents {
  readonly onPlace: (target: string | undefined, title: string) => void;
  readonly onBlocked: (reason: string) => void;
  /** The preview's host does not serve this site. */
  readonly onSilent: () => void;
}

export class PreviewFrameLink {
  readonly element = document.createElement("iframe");
  /** As messages of the frame carry it. */
  readonly #origin: string;
  readonly #port: number;
  readonly #backend: PreviewBackend;
  readonly #events: PreviewFrameEvents;
  readonly #timer: number;
  #ready = false;
  #target: string;

  /** `origin`: the preview's; undefined where there is no host for previews. */
  constructor(
    origin: string | undefined,
    port: number,
    target: string,
    backend: PreviewBackend,
    events: PreviewFrameEvents,
  ) {
    this.#origin = origin ?? location.origin;
    this.#port = port;
    this.#target = target;
    this.#backend = backend;
    this.#events = events;
    window.addEventListener("message", this.#receive);
    this.#timer = window.setTimeout(() => events.onSilent(), PATIENCE_MS);
    if (origin === undefined) {
      const url = new URL(SANDBOXED_HOST_FILE, document.baseURI);
      url.search = `port=${port}`;
      this.element.src = url.href;
    } else {
      this.element.allow = "fullscreen; clipboard-write";
      this.element.src = origin + FRAME_PATH;
    }
  }

  go(target: string): void {
    this.#target = target;
    if (this.#ready) this.#post({ slipway: "go", target });
  }

  reload(): void {
    this.#post({ slipway: "reload" });
  }

  back(): void {
    this.#post({ slipway: "back" });
  }

  dispose(): void {
    window.clearTimeout(this.#timer);
    window.removeEventListener("message", this.#receive);
    this.element.remove();
  }

  readonly #receive = ({ data, source, origin, ports }: MessageEvent<FromFrame>) => {
    if (source !== this.element.contentWindow || origin !== this.#origin) return;
    switch (data?.slipway) {
      case "ready":
        window.clearTimeout(this.#timer);
        this.#ready = true;
        this.#post({ slipway: "go", target: this.#target });
        break;
      case "blocked":
        window.clearTimeout(this.#timer);
        this.#events.onBlocked(String(data.reason));
        break;
      case "at":
        this.#events.onPlace(
          typeof data.target === "string" ? data.target : undefined,
          String(data.title).slice(0, 200),
        );
        break;
      case "ask":
        if (ports[0] !== undefined) this.#backend.ask(this.#port, data.message, ports[0]);
        break;
    }
  };

  #post(message: ToFrame): void {
    this.element.contentWindow?.postMessage(message, this.#origin);
  }
}
