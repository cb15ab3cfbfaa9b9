// The kinds of request that the typed client makes, over one endpoint.

import type { WireError } from "../../worker/rpc/docker-wire.ts";
import type { DockerEndpoint, Exchange } from "./docker-endpoint.ts";
import { DockerError } from "./docker-error.ts";
import { jsonLines } from "./json-lines.ts";

export type QueryValue = string | number | boolean | undefined | Readonly<Record<string, readonly string[]>>;

export interface DockerRequestOptions {
  readonly query?: Readonly<Record<string, QueryValue>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  readonly body?: Uint8Array | ReadableStream<Uint8Array>;
  readonly contentType?: string;
  readonly signal?: AbortSignal | undefined;
}

export class DockerRequests {
  readonly endpoint: DockerEndpoint;

  constructor(endpoint: DockerEndpoint) {
    this.endpoint = endpoint;
  }

  /** Rejects with DockerError for every status from 400. */
  async send(method: string, path: string, options: DockerRequestOptions = {}): Promise<Exchange> {
    return accepted(await this.endpoint.exchange(this.#request(method, path, options)));
  }

  async json<T>(method: string, path: string, options: DockerRequestOptions = {}): Promise<T> {
    const { readable } = await this.send(method, path, options);
    return (await new Response(readable).json()) as T;
  }

  /** Without interest in the answer's body. */
  async done(method: string, path: string, options: DockerRequestOptions = {}): Promise<void> {
    const { readable } = await this.send(method, path, options);
    await readable.cancel();
  }

  /** One JSON text after another; leaving the loop ends the request. */
  async *stream<T>(method: string, path: string, options: DockerRequestOptions = {}): AsyncGenerator<T> {
    const { readable } = await this.send(method, path, options);
    yield* jsonLines<T>(readable);
  }

  /** A hijacked connection. */
  async connect(method: string, path: string, options: DockerRequestOptions = {}): Promise<Exchange> {
    return accepted(await this.endpoint.connect(this.#request(method, path, options)));
  }

  #request(method: string, path: string, options: DockerRequestOptions) {
    const { query = {}, json, body, contentType, signal } = options;
    return {
      method,
      target: path + queryText(query),
      headers:
        json === undefined
          ? { ...(contentType === undefined ? {} : { "content-type": contentType }) }
          : { "content-type": "application/json" },
      body: json === undefined ? body : new TextEncoder().encode(JSON.stringify(json)),
      signal,
    };
  }
}

async function accepted(exchange: Exchange): Promise<Exchange> {
  if (exchange.status < 400) return exchange;
  const text = await new Response(exchange.readable).text();
  let message = text;
  try {
    message = (JSON.parse(text) as WireError).message ?? text;
  } catch {
    // Not the engine's form: the text itself says the most.
  }
  throw new DockerError(exchange.status, message);
}

function queryText(query: Readonly<Record<string, QueryValue>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === false) continue;
    if (value === true) search.set(name, "1");
    else search.set(name, typeof value === "object" ? JSON.stringify(value) : String(value));
  }
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}
