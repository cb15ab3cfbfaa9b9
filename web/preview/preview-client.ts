// What a page of a preview gets before its own scripts: WebSockets and document.cookie, which no service worker can give it, and a word
// to the frame when the page changes its address by itself. It asks the frame around it and has no other way out.

import type { PreviewMessage } from "../../worker/rpc/protocol.ts";
import { type Ask, FRAME_PATH, type Moved } from "./preview-protocol.ts";
import { PreviewSocket } from "./preview-socket.ts";

const frame = connectingFrame();
if (frame !== undefined) {
  const ask = (message: PreviewMessage, port: MessagePort) =>
    frame.postMessage({ slipway: "ask", message } satisfies Ask, location.origin, [port]);
  takeOverSockets(ask);
  takeOverCookies(ask);
  reportMoves(frame);
}

/** The frame that connects the preview, however deep this page is framed. */
function connectingFrame(): Window | undefined {
  for (let window: Window = self; window !== window.parent; window = window.parent) {
    try {
      if (window.parent.location.pathname === FRAME_PATH) return window.parent;
    } catch {
      return undefined;
    }
  }
  return undefined;
}

function takeOverSockets(ask: (message: PreviewMessage, port: MessagePort) => void): void {
  const Native = self.WebSocket;
  const isOurs = (address: string | URL) => new URL(address, location.href).host === location.host;
  // A class whose constructor may give another: what is not this preview's own server goes to the browser's WebSocket.
  self.WebSocket = new Proxy(Native, {
    construct: (target, [address, protocols]: [string | URL, (string | string[])?]) =>
      isOurs(address)
        ? new PreviewSocket(address, protocols, ask)
        : Reflect.construct(target, protocols === undefined ? [address] : [address, protocols]),
    get: (target, name) => (name === "prototype" ? target.prototype : Reflect.get(target, name)),
  });
}

function takeOverCookies(ask: (message: PreviewMessage, port: MessagePort) => void): void {
  const scope = self as unknown as { slipwayCookies?: string };
  let text = scope.slipwayCookies ?? "";
  delete scope.slipwayCookies;
  Object.defineProperty(document, "cookie", {
    configurable: true,
    get: () => text,
    set: (assigned: unknown) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => {
        text = data.text;
      };
      text = withCookie(text, String(assigned));
      ask({ type: "cookie", target: location.pathname + location.search, text: String(assigned) }, port2);
    },
  });
}

/** What is read back at once; the jar's own answer follows. */
function withCookie(text: string, assigned: string): string {
  const [pair = "", ...attributes] = assigned.split(";");
  const name = pair.split("=", 1)[0]!.trim();
  const others = text.split("; ").filter((each) => each !== "" && each.split("=", 1)[0] !== name);
  const gone = attributes.some((attribute) =>
    /^\s*(max-age\s*=\s*(-|0\b)|expires\s*=.*\b19[67]\d\b)/i.test(attribute),
  );
  return (gone ? others : [...others, pair.trim()]).join("; ");
}

function reportMoves(frame: Window): void {
  const tell = () => frame.postMessage({ slipway: "moved" } satisfies Moved, location.origin);
  for (const name of ["pushState", "replaceState"] as const) {
    const original = history[name].bind(history);
    history[name] = (...values: Parameters<History["pushState"]>) => {
      original(...values);
      tell();
    };
  }
  self.addEventListener("popstate", tell);
  self.addEventListener("hashchange", tell);
}
