// The way out in a browser's worker: the browser's fetch with its rules, told in words that name them, and WebSockets to a relay.

import { EngineError } from "./base/errors.ts";
import {
  type FetchOutside,
  FetchRefused,
  type OpenRelay,
  type OutsideAccess,
  type OutsideRequest,
  type RelaySocket,
  seenFromComputer,
} from "./outside/outside-access.ts";
import type { OutsideChoice } from "./rpc/protocol.ts";

const LOCAL = /^(?:localhost|127(?:\.\d+){3}|(?:.+\.)?localhost)$/;
const PROBE_MS = 10_000;
/** Of a request: what a browser would ask the server's leave for first, and few servers give. */
const NOT_SENT = ["user-agent", "cache-control", "pragma"];

export interface PageFetchOptions {
  /** Where the page is: `https://site.example/slipway/`. */
  readonly pageUrl: string;
  /** Programs of the machine may ask the host that the page comes from. */
  readonly ownHost?: boolean;
}

/** Undefined: nothing is to be reached. `pageUrl`: where the page is, `https://site.example/slipway/`. */
export function browserOutside(choice: OutsideChoice, pageUrl: string): OutsideAccess | undefined {
  const { relay, ownHost } = choice;
  if (!choice.fetch && relay === undefined) return undefined;
  return {
    fetch: choice.fetch ? pageFetch({ pageUrl, ownHost }, (url, init) => fetch(url, init)) : undefined,
    relay: relay === undefined ? undefined : () => openWebSocket(relay),
  };
}

/** `fetchUrl`: the browser's. */
export function pageFetch(
  options: PageFetchOptions,
  fetchUrl: (url: string, init: RequestInit) => Promise<Response>,
): FetchOutside {
  const page = new URL(options.pageUrl);
  return async (request) => {
    const url = reachable(request.url, page);
    const allow = (address: URL) => {
      if (options.ownHost || address.hostname !== page.hostname) return;
      throw new FetchRefused(
        403,
        "The page's own host",
        `${address.host} is where this page comes from. Programs of the machine may ask it only where whoever serves the page has allowed it.`,
      );
    };
    allow(url);
    let response: Response;
    try {
      response = await fetchUrl(url.href, requestInit(request));
    } catch (cause) {
      throw await refusal(url, cause, fetchUrl);
    }
    // Where redirections have led to.
    if (response.url !== "") allow(new URL(response.url));
    // A browser unpacks, but does not tell other pages that it did: the length may be that of the packed body.
    const headers = new Headers(response.headers);
    headers.delete("content-length");
    const { status, statusText } = response;
    const bodyless = status === 204 || status === 205 || status === 304;
    return new Response(bodyless ? null : response.body, { status, statusText, headers });
  };
}

/** Pages from https may ask other computers by https only. */
function reachable(asked: URL, page: URL): URL {
  const url = seenFromComputer(asked);
  if (page.protocol === "https:" && !LOCAL.test(url.hostname)) url.protocol = "https:";
  return url;
}

function requestInit({ method, headers, body }: OutsideRequest): RequestInit {
  const sent = new Headers();
  for (const [name, value] of Object.entries(headers)) if (!NOT_SENT.includes(name)) sent.set(name, value);
  return {
    method,
    headers: sent,
    credentials: "omit",
    referrerPolicy: "no-referrer",
    cache: "no-store",
    ...(body && { body }),
  };
}

/** A browser does not say why. A request whose answer may not be read tells whether it was because of CORS. */
async function refusal(
  url: URL,
  cause: unknown,
  fetchUrl: (url: string, init: RequestInit) => Promise<Response>,
): Promise<FetchRefused> {
  try {
    await fetchUrl(url.href, {
      method: "HEAD",
      mode: "no-cors",
      credentials: "omit",
      cache: "no-store",
      signal: AbortSignal.timeout(PROBE_MS),
    });
  } catch {
    return new FetchRefused(
      502,
      "Cannot be reached",
      `${url.origin} cannot be reached: there is no such name, nothing answers there, or the browser keeps pages from asking it.`,
      { cause },
    );
  }
  return new FetchRefused(
    502,
    "Blocked by CORS",
    `${url.origin} answers, but the browser does not let this page read it: the server would have to send the header Access-Control-Allow-Origin (CORS), and allow the method and the headers of the request. With a relay it can be reached.`,
    { cause },
  );
}

/** Rejects with EngineError("unavailable"). */
function openWebSocket(url: string): ReturnType<OpenRelay> {
  return new Promise<RelaySocket>((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    const messages = new ReadableStream<Uint8Array>({
      start(controller) {
        let over = false;
        socket.onmessage = ({ data }) => {
          if (!over && data instanceof ArrayBuffer) controller.enqueue(new Uint8Array(data));
        };
        socket.onclose = () => {
          reject(new EngineError("unavailable", `the relay ${url} cannot be reached`));
          if (!over) controller.close();
          over = true;
        };
      },
      cancel: () => socket.close(),
    });
    socket.onopen = () =>
      resolve({ send: (message) => socket.send(message), messages, close: () => socket.close() });
  });
}
