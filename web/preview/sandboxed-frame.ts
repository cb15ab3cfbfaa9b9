// A preview where there is no host for previews: this page is in a frame whose sandbox takes the application's origin away (sandboxed-host.ts). It
// fetches a page of the server with all that belongs to it and shows the whole as one document, in a frame of its own that can fetch nothing.
// docs/decisions/0015-previews.md says what does not work that way.

import type { PreviewMessage } from "../../worker/rpc/protocol.ts";
import { message } from "../app/messages.ts";
import { askServer, type ServerAnswer } from "./ask-server.ts";
import { failurePage } from "./failure-page.ts";
import type { Ask, FromFrame, ToFrame } from "./preview-protocol.ts";
import { type FetchAnswer, type FromPage, sandboxedOrigin } from "./sandboxed-protocol.ts";
import { wholeDocument } from "./whole-document.ts";

const MAX_REDIRECTS = 10;

const server = new URL(sandboxedOrigin(document.documentElement.dataset.port ?? "0"));
const places: URL[] = [];
let inner: HTMLIFrameElement | undefined;
/** Of the newest page that was asked for: what comes later of an older one is dropped. */
let visit = 0;

function tell(message: FromFrame | Ask, ports: Transferable[] = []): void {
  window.parent.postMessage(message, "*", ports);
}

const ask = (wanted: PreviewMessage, port: MessagePort) => tell({ slipway: "ask", message: wanted }, [port]);

function fromPane(message: ToFrame): void {
  if (message?.slipway === "go") void open(new URL(message.target, server));
  else if (message?.slipway === "reload") void open(places.pop() ?? server);
  else if (message?.slipway === "back" && places.length > 1) {
    places.pop();
    void open(places.pop()!);
  }
}

function fromPage(message: FromPage, port: MessagePort | undefined): void {
  if (message?.slipway === "open") {
    if (URL.canParse(message.url) && new URL(message.url).origin === server.origin)
      void open(new URL(message.url), message.method, message.body);
  } else if (message?.slipway === "fetch" && port !== undefined)
    void fetched(message).then((answer) => port.postMessage(answer));
}

async function fetched({
  url,
  method,
  headers,
  body,
}: FromPage & { slipway: "fetch" }): Promise<FetchAnswer> {
  try {
    const answer = await request(new URL(url), { method, headers, body });
    const { status, reason, body: content } = answer;
    return { status, reason, headers: [...answer.headers], body: content };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

async function request(
  url: URL,
  options: {
    readonly method?: string;
    readonly headers?: readonly (readonly [string, string])[];
    readonly body?: Blob | undefined;
    readonly navigation?: boolean;
  } = {},
): Promise<ServerAnswer & { readonly url: URL }> {
  let { method = "GET", body } = options;
  for (let left = MAX_REDIRECTS; ; left--) {
    const type: [string, string][] = body?.type ? [["content-type", body.type]] : [];
    const answer = await askServer(ask, {
      method,
      target: url.pathname + url.search,
      headers: [...(options.headers ?? []), ...type],
      ...(body !== undefined && { body }),
      navigation: options.navigation ?? false,
    });
    const place = answer.headers.get("location");
    if (answer.status < 300 || answer.status > 399 || place === null || left === 0) return { ...answer, url };
    const next = new URL(place, url);
    if (next.origin !== server.origin) throw new Error(message("preview.elsewhere", { address: next.href }));
    url = next;
    if (answer.status !== 307 && answer.status !== 308) {
      method = "GET";
      body = undefined;
    }
  }
}

async function open(asked: URL, method = "GET", body?: Blob): Promise<void> {
  const mine = ++visit;
  let place = asked;
  let document: { readonly html: string; readonly title: string };
  try {
    const answer = await request(asked, {
      method,
      body,
      headers: [["accept", "text/html,*/*;q=0.8"]],
      navigation: true,
    });
    place = answer.url;
    document = await wholeDocument(answer.body, place, async (url) => {
      if (url.origin !== server.origin) return undefined;
      const part = await request(url).catch(() => undefined);
      return part !== undefined && part.status < 400 ? part.body : undefined;
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    document = { html: failurePage(reason), title: message("preview.failed") };
  }
  if (mine !== visit) return;
  places.push(place);
  const frame = window.document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-scripts allow-forms allow-modals");
  frame.srcdoc = document.html;
  inner = frame;
  window.document.body.replaceChildren(frame);
  tell({ slipway: "at", target: place.pathname + place.search + place.hash, title: document.title });
}

// Without its sandbox it would be a page of the application's.
if (window.parent !== window && window.origin === "null") {
  window.addEventListener("message", ({ data, source, ports }: MessageEvent<ToFrame | FromPage>) => {
    if (source === window.parent) fromPane(data as ToFrame);
    else if (source === inner?.contentWindow) fromPage(data as FromPage, ports[0]);
  });
  tell({ slipway: "ready" });
}
