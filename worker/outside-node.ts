// The way out in Node: its fetch, which knows no rules of a browser's, and a WebSocket of our own to a relay.

import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import { duplexOfSocket } from "./api/socket-server-node.ts";
import { EngineError, messageOf } from "./base/errors.ts";
import {
  type FetchOutside,
  FetchRefused,
  type OutsideAccess,
  type RelaySocket,
  seenFromComputer,
} from "./outside/outside-access.ts";
import { WebSocketConnection } from "./preview/web-socket.ts";

/** Undefined: there is no way out. Throws EngineError("invalid-argument") for a relay that is no ws:// or wss:// URL. */
export function nodeOutside(options: {
  readonly web?: boolean | undefined;
  readonly relay?: string | undefined;
}): OutsideAccess | undefined {
  const { web, relay } = options;
  if (!web && relay === undefined) return undefined;
  const url = relay === undefined ? undefined : relayUrl(relay);
  return { fetch: web ? nodeFetch : undefined, relay: url && (() => openRelay(url)) };
}

function relayUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "ws:" && url?.protocol !== "wss:")
    throw new EngineError("invalid-argument", `--relay takes ws://… or wss://…, not "${text}"`);
  return url;
}

const nodeFetch: FetchOutside = async ({ url, method, headers, body }) => {
  try {
    return await fetch(seenFromComputer(url), { method, headers, redirect: "manual", ...(body && { body }) });
  } catch (error) {
    const why =
      error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
    throw new FetchRefused(502, "Cannot be reached", `${url.origin} cannot be reached: ${why}`, {
      cause: error,
    });
  }
};

/** Rejects with EngineError("unavailable"). */
async function openRelay(url: URL): Promise<RelaySocket> {
  const secure = url.protocol === "wss:";
  const port = Number(url.port || (secure ? 443 : 80));
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const socket = secure
    ? connectTls({ host, port, servername: host, ALPNProtocols: ["http/1.1"] })
    : connect({ host, port, noDelay: true });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once(secure ? "secureConnect" : "connect", resolve);
      socket.once("error", reject);
    });
    socket.on("error", () => socket.destroy());
    const webSocket = await WebSocketConnection.open(duplexOfSocket(socket), {
      target: `${url.pathname}${url.search}`,
      headers: [["Host", url.host]],
      protocols: [],
    });
    return relaySocket(webSocket, () => socket.destroy());
  } catch (cause) {
    socket.destroy();
    throw new EngineError("unavailable", `the relay ${url.href} cannot be reached: ${messageOf(cause)}`, {
      cause,
    });
  }
}

function relaySocket(webSocket: WebSocketConnection, destroy: () => void): RelaySocket {
  const events = webSocket.events();
  return {
    send: (message) => void webSocket.send(message).catch(destroy),
    messages: new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          for (;;) {
            const { done, value } = await events.next();
            if (done || value.type === "close") return controller.close();
            if (typeof value.data !== "string") return controller.enqueue(value.data);
          }
        },
      },
      { highWaterMark: 0 },
    ),
    close: destroy,
  };
}
