// The page that connects a preview: it lives on the preview's origin, keeps its service worker registered, holds the container's page in
// a frame of its own, and passes on what they ask to the pane of the application that holds it. Nothing of the application is reachable
// from here but that one way to ask.

import {
  type Ask,
  FRAME_PATH,
  type FromFrame,
  type Moved,
  type ToFrame,
  WORKER_PATH,
} from "./preview-protocol.ts";

/** No top navigation: a container's page must not be able to replace the application. */
const SANDBOX = "allow-scripts allow-same-origin allow-forms allow-modals allow-popups allow-downloads";

let pane: { readonly window: Window; readonly origin: string } | undefined;
let inner: HTMLIFrameElement | undefined;

function tell(message: FromFrame, ports: Transferable[] = []): void {
  // Before the pane has answered, only what is no secret is said.
  const isOpen = message.slipway === "ready" || message.slipway === "blocked";
  if (pane !== undefined) pane.window.postMessage(message, pane.origin, ports);
  else if (isOpen) window.parent.postMessage(message, "*");
}

window.addEventListener("message", (event: MessageEvent<ToFrame | Ask | Moved>) => {
  if (event.source === inner?.contentWindow && event.origin === location.origin) fromPage(event);
  else if (event.source === window.parent && (pane === undefined || pane.origin === event.origin)) {
    pane ??= { window: window.parent, origin: event.origin };
    fromPane(event.data as ToFrame);
  }
});

function fromPage({ data, ports }: MessageEvent<ToFrame | Ask | Moved>): void {
  if (data?.slipway === "moved") tellPlace();
  else if (data?.slipway === "ask") tell(data, [...ports]);
}

function fromPane(message: ToFrame): void {
  if (message?.slipway === "go") go(message.target);
  else if (message?.slipway === "back") inner?.contentWindow?.history.back();
  else if (message?.slipway === "reload") {
    const target = place();
    if (target === undefined || inner?.contentWindow === null) return;
    inner?.contentWindow?.location.reload();
  }
}

function go(target: string): void {
  const url = new URL(target, location.origin);
  if (url.origin !== location.origin || url.pathname === FRAME_PATH) return;
  if (inner !== undefined) {
    inner.contentWindow?.location.assign(url.href);
    return;
  }
  inner = document.createElement("iframe");
  inner.setAttribute("sandbox", SANDBOX);
  inner.src = url.href;
  inner.addEventListener("load", () => tellPlace());
  document.body.replaceChildren(inner);
}

/** Undefined while the frame shows a page of another site. */
function place(): URL | undefined {
  try {
    return new URL(inner!.contentWindow!.location.href);
  } catch {
    return undefined;
  }
}

function tellPlace(): void {
  const url = place();
  const target = url === undefined ? undefined : url.pathname + url.search + url.hash;
  let title = "";
  if (target !== undefined) title = inner?.contentDocument?.title ?? "";
  tell({ slipway: "at", target, title });
}

async function start(): Promise<void> {
  if (window.parent === window) return;
  try {
    const registration = await navigator.serviceWorker.register(WORKER_PATH, { scope: "/" });
    await active(registration);
    navigator.serviceWorker.addEventListener("message", ({ data, ports }: MessageEvent<Ask>) => {
      if (data?.slipway === "ask") tell(data, [...ports]);
    });
    navigator.serviceWorker.startMessages();
    const target = location.hash.slice(1);
    tell({ slipway: "ready", ...(target.startsWith("/") && { target }) });
  } catch (error) {
    tell({ slipway: "blocked", reason: error instanceof Error ? error.message : String(error) });
  }
}

/** Until requests of this origin go to the service worker. */
async function active(registration: ServiceWorkerRegistration): Promise<void> {
  const worker = registration.installing ?? registration.waiting ?? registration.active;
  if (worker === null || worker.state === "activated") return;
  await new Promise<void>((resolve, reject) => {
    worker.addEventListener("statechange", () => {
      if (worker.state === "activated") resolve();
      else if (worker.state === "redundant") reject(new Error("The service worker could not be installed"));
    });
  });
}

void start();
