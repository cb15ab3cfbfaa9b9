// The Engine API as an object of the page: requests go to the engine in the worker, as they would go to a Docker host.
// `fetch` takes and gives the platform's own Request and Response; `connect` is for connections that Docker hijacks.

import { bytePort } from "../../worker/rpc/byte-port.ts";
import type { RpcRequest, RpcResponse } from "../../worker/rpc/protocol.ts";

/** Sends one request. `lost` rejects when the worker dies, before or after the answer. */
export type SendExchange = (
  request: RpcRequest,
  port: MessagePort,
) => { readonly answer: Promise<RpcResponse>; readonly lost: Promise<never> };

export interface ExchangeRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | ReadableStream<Uint8Array> | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Exchange {
  readonly status: number;
  readonly headers: Headers;
  /** Ends at once when the response has no body. */
  readonly readable: ReadableStream<Uint8Array>;
  /** The container's stdin when `hijacked`; closing it is the half-close. */
  readonly writable: WritableStream<Uint8Array>;
  readonly hijacked: boolean;
}

/** Responses that may not have a body (Fetch, "null body status"). */
const NULL_BODY = new Set([101, 204, 205, 304]);

export class DockerEndpoint {
  readonly #send: SendExchange;

  constructor(send: SendExchange) {
    this.#send = send;
  }

  /**
   * As the global `fetch`, with any origin: only path and query count. Bodies stream both ways. Rejects with an AbortError when
   * the request's signal is aborted, and with a RemoteError when there is no machine.
   */
  async fetch(input: Request | URL | string, init?: RequestInit): Promise<Response> {
    const request = new Request(typeof input === "string" ? new URL(input, "http://docker") : input, init);
    const { pathname, search } = new URL(request.url);
    const exchange = await this.exchange({
      method: request.method,
      target: pathname + search,
      headers: Object.fromEntries(request.headers),
      body: await bodyOf(request),
      signal: request.signal,
    });
    if (exchange.hijacked) void exchange.writable.close().catch(() => {});
    const { status, headers, readable } = exchange;
    // A Response cannot say 101; whoever wants the connection itself calls connect().
    return new Response(NULL_BODY.has(status) && !exchange.hijacked ? null : readable, {
      status: status === 101 ? 200 : status,
      headers,
    });
  }

  /** For attach and exec: both ends of the connection. What is refused rejects with DockerError. */
  connect(request: ExchangeRequest): Promise<Exchange> {
    return this.exchange({
      ...request,
      headers: { ...request.headers, connection: "Upgrade", upgrade: "tcp" },
    });
  }

  /** One request, free of the platform's limits on Request and Response. */
  async exchange(request: ExchangeRequest): Promise<Exchange> {
    const { method, target, headers = {}, body, signal } = request;
    signal?.throwIfAborted();
    const { port1, port2 } = new MessageChannel();
    const port = bytePort(port1);
    const streams = body instanceof ReadableStream;
    const { answer, lost } = this.#send(
      { method, target, headers: { ...headers }, ...(body && { body: streams ? "stream" : body }) },
      port2,
    );
    lost.catch((error: Error) => port.drop(error.message));
    const aborted = new Promise<never>((_, reject) => {
      const onAbort = () => {
        port.drop("The request was cancelled");
        reject(signal?.reason);
      };
      signal?.addEventListener("abort", onAbort, { once: true });
    });
    aborted.catch(() => {});
    if (streams) void body.pipeTo(port.writable, { preventClose: false }).catch(() => {});
    try {
      const response = await Promise.race([answer, aborted]);
      const hijacked = response.body === "connection";
      if (!hijacked && !streams) void port.writable.close().catch(() => {});
      return {
        status: response.status,
        headers: new Headers(response.headers),
        readable: port.readable,
        writable: port.writable,
        hijacked,
      };
    } catch (error) {
      port.drop("The request failed");
      throw error;
    }
  }
}

/** Firefox has no `body` of requests: there it is read whole. */
async function bodyOf(request: Request): Promise<ReadableStream<Uint8Array> | Uint8Array | undefined> {
  if (request.method === "GET" || request.method === "HEAD") return undefined;
  // Short JSON goes with the head, which leaves the port's direction free for a hijacked connection.
  if (request.headers.get("content-type")?.startsWith("application/json") || !("body" in request)) {
    const bytes = new Uint8Array(await request.arrayBuffer());
    return bytes.byteLength === 0 ? undefined : bytes;
  }
  return request.body ?? undefined;
}
