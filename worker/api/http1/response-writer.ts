// Writes an HTTP/1.1 response: head at once, body by length, in chunks, or until the connection ends.

import { chunksOf } from "../../base/streams.ts";
import type { ApiResponse } from "../exchange.ts";

export type ByteSink = WritableStreamDefaultWriter<Uint8Array>;

const encoder = new TextEncoder();
const LAST_CHUNK = encoder.encode("0\r\n\r\n");
const LINE_END = encoder.encode("\r\n");

const REASONS: Readonly<Record<number, string>> = {
  100: "Continue",
  101: "UPGRADED",
  200: "OK",
  201: "Created",
  204: "No Content",
  206: "Partial Content",
  301: "Moved Permanently",
  302: "Found",
  303: "See Other",
  304: "Not Modified",
  307: "Temporary Redirect",
  308: "Permanent Redirect",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  409: "Conflict",
  413: "Content Too Large",
  431: "Request Header Fields Too Large",
  499: "Client Closed Request",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
  505: "HTTP Version Not Supported",
};

export async function writeHead(
  sink: ByteSink,
  status: number,
  headers: Readonly<Record<string, string>>,
  reason?: string,
): Promise<void> {
  const said = reason?.replaceAll(/[^\t\x20-\x7e]/g, " ") || REASONS[status];
  const lines = [`HTTP/1.1 ${status} ${said ?? "Status"}`];
  for (const [name, value] of Object.entries(headers))
    lines.push(`${name}: ${value.replaceAll(/[\r\n]/g, " ")}`);
  await sink.write(encoder.encode(`${lines.join("\r\n")}\r\n\r\n`));
}

export interface ResponseContext {
  /** HEAD: no body. */
  readonly headOnly: boolean;
  readonly http10: boolean;
  readonly keepAlive: boolean;
}

/** Resolves true when the connection may serve another request. Rejects when the client is gone; the body is cancelled then. */
export async function writeResponse(
  sink: ByteSink,
  response: ApiResponse,
  context: ResponseContext,
): Promise<boolean> {
  const { status, body } = response;
  const bodyless = context.headOnly || status === 204 || status === 304;
  const sized = hasHeader(response.headers, "content-length");
  const chunked = !bodyless && body !== null && !sized && !context.http10;
  const untilEnd = !bodyless && body !== null && !sized && context.http10;
  const keepAlive = context.keepAlive && !untilEnd;
  try {
    const headers = {
      ...response.headers,
      ...(chunked ? { "Transfer-Encoding": "chunked" } : {}),
      ...(body === null && !sized && status !== 204 && status !== 304 ? { "Content-Length": "0" } : {}),
      ...(keepAlive ? {} : { Connection: "close" }),
    };
    await writeHead(sink, status, headers, response.reason);
    if (bodyless) await body?.cancel();
    else if (body !== null) await writeBody(sink, body, chunked);
  } catch (error) {
    if (body !== null && !body.locked) await body.cancel().catch(() => {});
    throw error;
  }
  return keepAlive;
}

async function writeBody(sink: ByteSink, body: ReadableStream<Uint8Array>, chunked: boolean): Promise<void> {
  for await (const bytes of chunksOf(body)) {
    if (bytes.byteLength === 0) continue;
    if (chunked) {
      const size = encoder.encode(`${bytes.byteLength.toString(16)}\r\n`);
      const framed = new Uint8Array(size.byteLength + bytes.byteLength + 2);
      framed.set(size);
      framed.set(bytes, size.byteLength);
      framed.set(LINE_END, size.byteLength + bytes.byteLength);
      await sink.write(framed);
    } else await sink.write(bytes);
  }
  if (chunked) await sink.write(LAST_CHUNK);
}

function hasHeader(headers: Readonly<Record<string, string>>, name: string): boolean {
  return Object.keys(headers).some((each) => each.toLowerCase() === name);
}
