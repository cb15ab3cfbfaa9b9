// An HTTP/1.1 server on one connection (RFC 9112): serves an ApiHandler to whoever is at the other end of a byte stream, be it
// a Node socket or /run/docker.sock in the guest. Takes the connection over where the handler says so (attach, exec).

import { type ByteDuplex, chunksOf } from "../base/streams.ts";
import { API_HEADERS } from "./api-version.ts";
import type { ApiHandler, ApiRequest, ApiResponse } from "./exchange.ts";
import { ByteReader } from "./http1/byte-reader.ts";
import { type RequestBody, requestBody } from "./http1/request-body.ts";
import { BadRequest, type RequestHead, readRequestHead } from "./http1/request-head.ts";
import { type ByteSink, writeHead, writeResponse } from "./http1/response-writer.ts";
import { errorReply, jsonReply } from "./reply.ts";

/** What a handler left unread of a body is skipped up to this; beyond it the connection ends. */
const DRAIN_LIMIT_BYTES = 1024 * 1024;

/** Resolves when the connection is over. Never rejects. */
export async function serveHttp(connection: ByteDuplex, handler: ApiHandler): Promise<void> {
  const reader = new ByteReader(connection.readable);
  const sink = connection.writable.getWriter();
  sink.closed.catch(() => {});
  try {
    while (await serveOne(reader, sink, handler));
    await sink.close();
  } catch {
    // The client is gone, or sent what cannot be answered.
    await sink.abort().catch(() => {});
  }
  await reader.cancel();
}

/** One request. False: the connection ends after it. Rejects when the client does not take the reply. */
async function serveOne(reader: ByteReader, sink: ByteSink, handler: ApiHandler): Promise<boolean> {
  let head: RequestHead | undefined;
  try {
    head = await readRequestHead(reader);
  } catch (error) {
    if (!(error instanceof BadRequest)) throw error;
    const reply = withApiHeaders(jsonReply({ message: error.message }, error.status));
    await writeResponse(sink, reply, { headOnly: false, http10: false, keepAlive: false });
    return false;
  }
  if (head === undefined) return false;
  const continues = head.headers.expect?.toLowerCase() === "100-continue" && !head.http10;
  const body = requestBody(reader, head.bodyLength, continues ? () => writeHead(sink, 100, {}) : undefined);
  const gone = new AbortController();
  const request: ApiRequest = {
    method: head.method,
    target: head.target,
    headers: head.headers,
    body: head.bodyLength === 0 ? null : body.stream,
    signal: gone.signal,
  };
  const response = await handler(request).catch((error: unknown) => withApiHeaders(errorReply(error)));
  if (response.connection) {
    await body.drain(DRAIN_LIMIT_BYTES);
    await writeHead(sink, response.status, response.headers);
    await takeOver(reader, sink, response.connection);
    return false;
  }
  return reply(reader, sink, head, response, body, gone);
}

async function reply(
  reader: ByteReader,
  sink: ByteSink,
  head: RequestHead,
  response: ApiResponse,
  body: RequestBody,
  gone: AbortController,
): Promise<boolean> {
  const wantsClose = /\bclose\b/i.test(head.headers.connection ?? "");
  // A client that hangs up while a reply is still to come ends the wait for it. (So does one that only half-closes,
  // as with Docker's own server; what can be said at once is said all the same.)
  if (body.finished)
    void reader.fill().then((more) => {
      if (!more) gone.abort();
    });
  try {
    const keepAlive = await writeResponse(sink, response, {
      headOnly: head.method === "HEAD",
      http10: head.http10,
      keepAlive: !wantsClose && !head.http10,
    });
    return keepAlive && (await body.drain(DRAIN_LIMIT_BYTES));
  } catch (error) {
    gone.abort();
    throw error;
  }
}

/** Both ways until the container's output ends or the client is gone. The client's half-close closes the container's input. */
async function takeOver(reader: ByteReader, sink: ByteSink, streams: ByteDuplex): Promise<void> {
  const input = streams.writable.getWriter();
  input.closed.catch(() => {});
  void (async () => {
    try {
      for (let bytes = await reader.some(65_536); bytes !== undefined; bytes = await reader.some(65_536))
        await input.write(bytes);
      await input.close();
    } catch {
      // The container takes no more input; its output decides when this ends.
    }
  })();
  for await (const bytes of chunksOf(streams.readable)) await sink.write(bytes);
}

function withApiHeaders(response: ApiResponse): ApiResponse {
  return { ...response, headers: { ...API_HEADERS, ...response.headers } };
}
