// The service worker of a preview's origin: every request of a page there becomes a message to the frame that connects the preview, which
// passes it on to the machine. It keeps nothing but the files of ours that it needs itself, so that previews work offline.

import { bytePort } from "../../worker/rpc/byte-port.ts";
import type {
  CookieAnswer,
  PreviewHead,
  PreviewMessage,
  PreviewRequestFields,
} from "../../worker/rpc/protocol.ts";
import { message } from "../app/messages.ts";
import { failurePage } from "./failure-page.ts";
import { firstMessage } from "./first-message.ts";
import { type Ask, CLIENT_PATH, FRAME_PATH, FRAME_SCRIPT_PATH } from "./preview-protocol.ts";
import { type RequestEvent, serviceWorker, type WorkerClient } from "./service-worker-scope.ts";

/** Set by the build: changes when one of the files does. */
declare const PREVIEW_VERSION: string;

const OWN_FILES: readonly string[] = [FRAME_PATH, FRAME_SCRIPT_PATH, CLIENT_PATH];
const CACHE = `slipway-preview-${PREVIEW_VERSION}`;
const RETRY_SECONDS = 5;
const NULL_BODY = new Set([101, 204, 205, 304]);

serviceWorker.addEventListener("install", (event) => {
  const fill = async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll(OWN_FILES.map((path) => new Request(path, { cache: "no-cache" })));
    await serviceWorker.skipWaiting();
  };
  event.waitUntil(fill());
});

serviceWorker.addEventListener("activate", (event) => {
  const tidy = async () => {
    for (const name of await caches.keys())
      if (name.startsWith("slipway-preview-") && name !== CACHE) await caches.delete(name);
    await serviceWorker.clients.claim();
  };
  event.waitUntil(tidy());
});

serviceWorker.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== serviceWorker.location.origin) return;
  if (url.pathname === CLIENT_PATH) event.respondWith(clientScript(event.request));
  else if (OWN_FILES.includes(url.pathname)) event.respondWith(ownFile(url.pathname));
  else forward(event, url.pathname + url.search);
});

async function ownFile(path: string): Promise<Response> {
  const kept = await caches.match(path, { cacheName: CACHE }).catch(() => undefined);
  return kept ?? fetch(path);
}

/** The script that pages get, with the cookies that they may see before its first line. */
async function clientScript(request: Request): Promise<Response> {
  const script = await (await ownFile(CLIENT_PATH)).text();
  const { port1, port2 } = new MessageChannel();
  const asked = await ask({ type: "cookie", target: targetOf(request.referrer) ?? "/", text: "" }, port2);
  const cookies = asked ? await firstMessage<CookieAnswer>(port1, "cookie") : { text: "" };
  return new Response(`self.slipwayCookies=${JSON.stringify(cookies.text)};\n${script}`, {
    headers: { "Content-Type": "text/javascript; charset=utf-8", "Cache-Control": "no-store" },
  });
}

function forward(event: RequestEvent, target: string): void {
  let finish: () => void = () => {};
  // The worker must live as long as the answer streams.
  event.waitUntil(
    new Promise<void>((resolve) => {
      finish = resolve;
    }),
  );
  event.respondWith(
    answer(event.request, target, () => finish()).catch((error: unknown) => {
      finish();
      return failure(event.request.method, error instanceof Error ? error.message : String(error));
    }),
  );
}

async function answer(request: Request, target: string, finish: () => void): Promise<Response> {
  const { port1, port2 } = new MessageChannel();
  const bytes = bytePort(port1);
  const first = firstMessage<PreviewHead>(port1, "head", "failed");
  void bytes.writable.close();
  request.signal.addEventListener("abort", () => bytes.drop("The page is gone"));
  const asked = await ask({ type: "request", request: await fieldsOf(request, target) }, port2);
  if (!asked) throw new Error(message("preview.unconnected"));
  const head = await first;
  if (head.type === "failed") throw new Error(head.message);
  const { status, reason, headers, hasBody } = head;
  const bare = !hasBody || NULL_BODY.has(status);
  if (bare) {
    void bytes.readable.cancel();
    finish();
  }
  return new Response(bare ? null : endingWith(bytes.readable, finish), {
    status,
    statusText: reason,
    headers: headers.map(([name, value]) => [name, value] as [string, string]),
  });
}

async function fieldsOf(request: Request, target: string): Promise<PreviewRequestFields> {
  const { method } = request;
  const bodyless = method === "GET" || method === "HEAD";
  return {
    method,
    target,
    headers: [...request.headers],
    referrer: targetOf(request.referrer),
    // Bodies as streams are not in every browser; a Blob is, and a large one stays out of memory.
    ...(bodyless ? {} : { body: await request.blob() }),
    navigation: request.mode === "navigate",
  };
}

/** Path and query of an address of this origin, unless it is one of our own files. */
function targetOf(address: string): string | undefined {
  if (address === "" || address === "about:client") return undefined;
  const url = new URL(address);
  if (url.origin !== serviceWorker.location.origin || OWN_FILES.includes(url.pathname)) return undefined;
  return url.pathname + url.search;
}

/** False when no frame is there that would pass it on. */
async function ask(message: PreviewMessage, port: MessagePort): Promise<boolean> {
  const frame = await connectingFrame();
  frame?.postMessage({ slipway: "ask", message } satisfies Ask, [port]);
  return frame !== undefined;
}

async function connectingFrame(): Promise<WorkerClient | undefined> {
  const clients = await serviceWorker.clients.matchAll({ type: "window", includeUncontrolled: true });
  return clients.find(({ url }) => new URL(url).pathname === FRAME_PATH);
}

function endingWith(stream: ReadableStream<Uint8Array>, finish: () => void): ReadableStream<Uint8Array> {
  const reader = stream.getReader();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (!done) return controller.enqueue(value);
          controller.close();
        } catch (error) {
          controller.error(error);
        }
        finish();
      },
      async cancel(reason) {
        finish();
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

/** A server that is slow to start answers in the end: what only reads is tried again. */
function failure(method: string, reason: string): Response {
  const again = method === "GET";
  const page = failurePage(reason, message(again ? "preview.failedHint" : "preview.failedSending"));
  return new Response(page, {
    status: 502,
    headers: {
      "Content-Type": "text/html; charset=utf-8",
      ...(again && { Refresh: String(RETRY_SECONDS) }),
    },
  });
}
