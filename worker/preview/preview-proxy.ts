// A preview's requests to a server of the guest, and its answers back, changed only where the browser's side of a service worker differs
// from a browser's own: cookies are kept here, redirects to the server itself stay within the preview, and nothing compressed goes out.

import { EngineError } from "../base/errors.ts";
import { CookieJar } from "./cookie-jar.ts";
import { type GuestConnection, type HttpAnswer, httpExchange } from "./http-exchange.ts";
import { injectScript } from "./inject-script.ts";
import { type HeaderList, headerOf } from "./response-head.ts";

export interface PreviewRequest {
  /** Of the machine. */
  readonly port: number;
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: HeaderList;
  /** Path and query of the page that asks, when the browser says it. */
  readonly referrer?: string | undefined;
  readonly body?: Blob | undefined;
  /** A page is opened, not a part of one. */
  readonly navigation: boolean;
}

export interface PreviewPorts {
  /** Rejects with EngineError("unavailable") when nobody listens there. */
  connect(port: number): Promise<GuestConnection>;
  now(): number;
  pause(ms: number): Promise<void>;
}

/** The script that pages of a preview get: WebSockets and cookies. */
export const PREVIEW_SCRIPT = "/slipway-preview-client.js";
/** A server that has just been started is waited for. */
const CONNECT_PATIENCE_MS = 30_000;
const CONNECT_PAUSE_MS = 250;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const TARGET = /^\/[\x21-\x7e]{0,65535}$/;
/** Of a request: what belongs to the browser's own connection, or is told anew. */
const NOT_SENT = new Set(
  "accept-encoding connection content-length cookie expect host keep-alive origin proxy-authorization proxy-connection referer te trailer transfer-encoding upgrade".split(
    " ",
  ),
);
/** Of an answer: what belongs to the connection, would break the frame that previews are shown in, or would remove what serves them. */
const NOT_PASSED_ON = new Set(
  "alt-svc clear-site-data connection content-encoding content-length keep-alive set-cookie strict-transport-security trailer transfer-encoding upgrade x-frame-options".split(
    " ",
  ),
);

export class PreviewProxy {
  readonly #ports: PreviewPorts;
  readonly #jars = new Map<number, CookieJar>();

  constructor(ports: PreviewPorts) {
    this.#ports = ports;
  }

  jar(port: number): CookieJar {
    let jar = this.#jars.get(port);
    if (jar === undefined) {
      jar = new CookieJar(() => this.#ports.now());
      this.#jars.set(port, jar);
    }
    return jar;
  }

  /** Rejects with EngineError. */
  async fetch(request: PreviewRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const { port, method, target, body, navigation } = request;
    checkPort(port);
    if (!TOKEN.test(method) || !TARGET.test(target))
      throw new EngineError("invalid-argument", "not a request that can be sent on");
    const connection = await this.#connect(port, navigation && method === "GET", signal);
    const answer = await httpExchange(connection, {
      method,
      target,
      headers: this.#requestHeaders(request),
      ...(body && { body: { sizeBytes: body.size, stream: body.stream() } }),
    });
    const jar = this.jar(port);
    for (const [name, value] of answer.headers) if (name === "set-cookie") jar.set(value, target);
    return forBrowser(answer, request);
  }

  /** A connection for a WebSocket. Rejects with EngineError. */
  async connect(port: number, signal: AbortSignal): Promise<GuestConnection> {
    checkPort(port);
    return this.#connect(port, false, signal);
  }

  async #connect(port: number, patient: boolean, signal: AbortSignal): Promise<GuestConnection> {
    const until = this.#ports.now() + (patient ? CONNECT_PATIENCE_MS : 0);
    for (;;) {
      if (signal.aborted) throw new EngineError("cancelled", "The request was given up");
      try {
        return await this.#ports.connect(port);
      } catch (cause) {
        if (this.#ports.now() >= until)
          throw new EngineError("unavailable", `Nothing answers on port ${port}`, { cause });
      }
      await this.#ports.pause(CONNECT_PAUSE_MS);
    }
  }

  #requestHeaders({ port, method, target, headers, referrer }: PreviewRequest): HeaderList {
    const cookie = this.jar(port).header(target);
    const origin = `http://localhost:${port}`;
    return [
      ["Host", `localhost:${port}`],
      ...headers.filter(([name, value]) => TOKEN.test(name) && !NOT_SENT.has(name) && isValue(value)),
      ...(method === "GET" || method === "HEAD" ? [] : [["Origin", origin] as const]),
      ...(referrer !== undefined && TARGET.test(referrer) ? [["Referer", origin + referrer] as const] : []),
      ...(cookie === "" ? [] : [["Cookie", cookie] as const]),
      ["Accept-Encoding", "identity"],
      ["Connection", "close"],
    ];
  }
}

export function checkPort(port: number): void {
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new EngineError("invalid-argument", `not a port: ${port}`);
}

function isValue(value: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
}

function forBrowser(answer: HttpAnswer, request: PreviewRequest): HttpAnswer {
  const headers: [string, string][] = [];
  for (const [name, value] of answer.headers) {
    if (name === "location") headers.push([name, withinPreview(value, request.port)]);
    else if (name === "content-security-policy") {
      const rest = value.replace(
        /(^|[;,])\s*(?:frame-ancestors|sandbox|upgrade-insecure-requests)[^;,]*/gi,
        "$1",
      );
      if (/[a-z]/i.test(rest)) headers.push([name, rest]);
    } else if (!NOT_PASSED_ON.has(name)) headers.push([name, value]);
  }
  const { body, unknown } = decoded(answer);
  if (unknown !== undefined) headers.push(["content-encoding", unknown]);
  const isPage =
    request.navigation &&
    unknown === undefined &&
    answer.status !== 206 &&
    /^text\/html\b/i.test(headerOf(answer.headers, "content-type") ?? "");
  const script = `<script src="${PREVIEW_SCRIPT}"></script>`;
  const length = headerOf(answer.headers, "content-length");
  const unchanged = body === answer.body && !isPage;
  if (length !== undefined && unchanged) headers.push(["content-length", length]);
  return {
    ...answer,
    headers,
    body: isPage && body !== null ? body.pipeThrough(injectScript(script)) : body,
  };
}

/** A server names itself by the address that it was asked at. */
function withinPreview(location: string, port: number): string {
  const match = /^(?:https?:)?\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::(\d+))?(?=[/?#]|$)(.*)$/i.exec(
    location,
  );
  if (match === null || Number(match[1] ?? 80) !== port) return location;
  const rest = match[2] ?? "";
  return rest.startsWith("/") ? rest : `/${rest}`;
}

/** A server may compress although it was asked not to. `unknown`: an encoding that stays, for the browser to fail at. */
function decoded({ headers, body }: HttpAnswer): {
  body: ReadableStream<Uint8Array> | null;
  unknown?: string;
} {
  const encoding = headerOf(headers, "content-encoding")?.toLowerCase();
  if (body === null || encoding === undefined || encoding === "identity" || encoding === "") return { body };
  if (encoding !== "gzip" && encoding !== "deflate") return { body, unknown: encoding };
  const inflate = new DecompressionStream(encoding) as TransformStream<Uint8Array, Uint8Array>;
  return { body: body.pipeThrough(inflate) };
}
