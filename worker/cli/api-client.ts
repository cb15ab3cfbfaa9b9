// Calls of the Engine API as the commands make them: the version in the path, queries, JSON both ways, and failures as the
// daemon's own message. Docker prints such a message after "Error response from daemon: ".

import type { ApiHandler, ApiResponse } from "../api/exchange.ts";
import { type ByteDuplex, readText, streamOf } from "../base/streams.ts";
import { CliError } from "./cli-error.ts";
import { parseJson } from "./json-stream.ts";

export const API_VERSION = "1.51";

/** Bodies that are read whole: far more than any list or inspection has. */
const JSON_LIMIT_BYTES = 64 << 20;

/** The engine's refusal; `message` is Docker's line, `daemonMessage` what the engine itself said. */
export class ApiError extends CliError {
  readonly status: number;
  readonly daemonMessage: string;

  constructor(status: number, daemonMessage: string) {
    super(`Error response from daemon: ${daemonMessage}`, 1);
    this.status = status;
    this.daemonMessage = daemonMessage;
  }
}

export type QueryValue = string | number | boolean | undefined | readonly string[];

export interface CallOptions {
  /** Undefined, false and "" are left out, true is sent as 1, lists are repeated. */
  readonly query?: Readonly<Record<string, QueryValue>>;
  readonly json?: unknown;
  readonly body?: ReadableStream<Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export class ApiClient {
  readonly #handler: ApiHandler;
  readonly #signal: AbortSignal | undefined;

  /** `signal` ends every call of this client. */
  constructor(handler: ApiHandler, signal?: AbortSignal) {
    this.#handler = handler;
    this.#signal = signal;
  }

  /** The response of a success (304 included). Rejects with ApiError. */
  async call(method: string, path: string, options: CallOptions = {}): Promise<ApiResponse> {
    const headers: Record<string, string> = {
      "user-agent": "Docker-Client/28.2.2 (linux)",
      ...options.headers,
    };
    let body = options.body ?? null;
    if (options.json !== undefined) {
      const bytes = new TextEncoder().encode(JSON.stringify(options.json));
      headers["content-type"] = "application/json";
      headers["content-length"] = String(bytes.byteLength);
      body = streamOf(bytes);
    }
    const response = await this.#handler({
      method,
      target: `/v${API_VERSION}${path}${formatQuery(options.query)}`,
      headers,
      body,
      ...this.#signalOf(options),
    });
    if (response.status >= 400) throw await readError(response, `${method} ${path}`);
    return response;
  }

  #signalOf({ signal }: CallOptions): { signal?: AbortSignal } {
    if (this.#signal === undefined) return signal === undefined ? {} : { signal };
    return { signal: signal === undefined ? this.#signal : AbortSignal.any([this.#signal, signal]) };
  }

  /** For answers without a body that matters. */
  async send(method: string, path: string, options?: CallOptions): Promise<void> {
    const response = await this.call(method, path, options);
    await response.body?.cancel();
  }

  async json<T>(method: string, path: string, options?: CallOptions): Promise<T> {
    return await this.readJson<T>(await this.call(method, path, options));
  }

  async readJson<T>(response: ApiResponse): Promise<T> {
    return parseJson<T>(response.body === null ? "" : await readText(response.body, JSON_LIMIT_BYTES));
  }

  async text(method: string, path: string, options?: CallOptions): Promise<string> {
    const response = await this.call(method, path, options);
    return response.body === null ? "" : await readText(response.body, JSON_LIMIT_BYTES);
  }

  /** Switches to a byte connection (attach, exec start). */
  async hijack(path: string, options: CallOptions = {}): Promise<ByteDuplex> {
    const headers = { ...options.headers, connection: "Upgrade", upgrade: "tcp" };
    const response = await this.call("POST", path, { ...options, headers });
    if (response.connection === undefined)
      throw new CliError(`unable to upgrade to tcp, received ${response.status}`);
    return response.connection;
  }
}

export function headerOf(response: ApiResponse, name: string): string {
  for (const [key, value] of Object.entries(response.headers)) if (key.toLowerCase() === name) return value;
  return "";
}

/** One part of a path: a container, image, volume or network name. Slashes of image names stay. */
export function pathSegment(name: string): string {
  return name.split("/").map(encodeURIComponent).join("/").replaceAll("%3A", ":").replaceAll("%40", "@");
}

function formatQuery(query: CallOptions["query"] = {}): string {
  const pairs: string[] = [];
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined || value === false || value === "") continue;
    for (const item of Array.isArray(value) ? value : [value === true ? 1 : value])
      pairs.push(`${encodeURIComponent(key)}=${encodeURIComponent(String(item))}`);
  }
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

/** `route` is told when the engine has no such route: it does not do that yet. */
async function readError(response: ApiResponse, route: string): Promise<CliError> {
  const text = response.body === null ? "" : await readText(response.body, 1 << 20).catch(() => "");
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== "object" || parsed === null || !("message" in parsed))
      throw new TypeError("no message");
    if (response.status === 404 && parsed.message === "page not found")
      return new CliError(`not supported yet by this engine: ${route}`);
    return new ApiError(response.status, String(parsed.message).trim());
  } catch {
    // Not JSON: the text itself is the message.
  }
  return new ApiError(response.status, text.trim() || `request returned ${response.status}`);
}
