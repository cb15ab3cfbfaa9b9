// What the parts of a preview say to each other. On the preview's own origin: the service worker, the frame that connects it, the page
// of the container within that frame, and the script in that page. On the application's: the pane that holds the frame.

import type { PreviewMessage } from "../../worker/rpc/protocol.ts";

/** Files of ours on a preview's origin; every other address belongs to the server in the machine. */
export const FRAME_PATH = "/slipway-preview.html";
export const FRAME_SCRIPT_PATH = "/slipway-preview.js";
export const CLIENT_PATH = "/slipway-preview-client.js";
export const WORKER_PATH = "/slipway-preview-worker.js";

/** Frame to pane. */
export type FromFrame =
  /** The frame can be told what to open; `target` is what its own address asks for, after the `#`. */
  | { readonly slipway: "ready"; readonly target?: string }
  /** The browser lets the preview's origin have no service worker. */
  | { readonly slipway: "blocked"; readonly reason: string }
  /** What is shown now; undefined: a page of some other site. */
  | { readonly slipway: "at"; readonly target: string | undefined; readonly title: string }
  /** With a port for the answer. */
  | { readonly slipway: "ask"; readonly message: PreviewMessage };

/** Pane to frame. */
export type ToFrame =
  | { readonly slipway: "go"; readonly target: string }
  | { readonly slipway: "reload" }
  | { readonly slipway: "back" };

/** Service worker to frame, and script in the page to frame: with a port for the answer. */
export interface Ask {
  readonly slipway: "ask";
  readonly message: PreviewMessage;
}

/** Script in the page to frame: the address has changed without a load. */
export interface Moved {
  readonly slipway: "moved";
}
