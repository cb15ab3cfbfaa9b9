// An engine's API made of scripted answers: a test says what each route replies and looks at what was asked. A route that
// nobody scripted answers 404: there is no such object.

import type { ApiHandler, ApiRequest, ApiResponse } from "../../api/exchange.ts";
import { type ByteDuplex, duplexPair, readText, streamOf } from "../../base/streams.ts";

export interface FakeRequest {
  readonly method: string;
  /** Without version and query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Parsed JSON, or the text, or undefined. */
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
}

export interface FakeReply {
  readonly status?: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly stream?: ReadableStream<Uint8Array>;
  /** The container's side of a hijacked connection. */
  readonly hijack?: (container: ByteDuplex) => void;
  readonly headers?: Readonly<Record<string, string>>;
}

export type FakeRoute = FakeReply | ((request: FakeRequest) => FakeReply | Promise<FakeReply>);

export class FakeApi {
  readonly requests: FakeRequest[] = [];
  readonly #routes = new Map<string, FakeRoute[]>();

  /** `route`: `GET /containers/json`. Several answers are given one after another, the last one for ever. */
  on(route: string, ...answers: FakeRoute[]): this {
    this.#routes.set(route, answers);
    return this;
  }

  /** `POST /containers/create` and so on, in order. */
  get asked(): string[] {
    return this.requests.map(({ method, path }) => `${method} ${path}`);
  }

  request(route: string): FakeRequest {
    const found = this.requests.find(({ method, path }) => `${method} ${path}` === route);
    if (found === undefined) throw new Error(`${route} was not asked; ${this.asked.join(", ")}`);
    return found;
  }

  readonly handler: ApiHandler = async (request) => {
    const [target = "", queryText = ""] = request.target.split("?");
    const path = decodeURIComponent(target.replace(/^\/v1\.\d+/, ""));
    const entry: FakeRequest = {
      method: request.method,
      path,
      query: Object.fromEntries(new URLSearchParams(queryText)),
      body: await readBody(request),
      headers: request.headers,
      signal: request.signal,
    };
    this.requests.push(entry);
    const answers = this.#routes.get(`${request.method} ${path}`) ?? [];
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer === undefined)
      return toResponse({ status: 404, json: { message: `no such object: ${path}` } });
    return toResponse(typeof answer === "function" ? await answer(entry) : answer);
  };
}

async function readBody(request: ApiRequest): Promise<unknown> {
  if (request.body === null) return undefined;
  const text = await readText(request.body);
  return request.headers["content-type"]?.includes("json") ? JSON.parse(text) : text;
}

function toResponse({ status, json, text, stream, hijack, headers }: FakeReply): ApiResponse {
  if (hijack !== undefined) {
    const [client, container] = duplexPair();
    hijack(container);
    return { status: 101, headers: { ...headers }, body: null, connection: client };
  }
  const bytes = json === undefined ? text : JSON.stringify(json);
  const body = stream ?? (bytes === undefined ? null : streamOf(new TextEncoder().encode(bytes)));
  return {
    status: status ?? (body === null ? 204 : 200),
    headers: { "Api-Version": "1.51", ...headers },
    body,
  };
}

/** One frame of multiplexed output. */
export function frame(stream: 1 | 2 | 3, text: string): Uint8Array {
  const payload = new TextEncoder().encode(text);
  const whole = new Uint8Array(8 + payload.byteLength);
  whole[0] = stream;
  new DataView(whole.buffer).setUint32(4, payload.byteLength);
  whole.set(payload, 8);
  return whole;
}

/** Writes the chunks to the client and closes. */
export async function sendOutput(container: ByteDuplex, ...chunks: readonly Uint8Array[]): Promise<void> {
  const writer = container.writable.getWriter();
  for (const chunk of chunks) await writer.write(chunk);
  await writer.close();
}
