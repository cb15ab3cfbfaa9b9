// An ApiHandler that asks an engine elsewhere, over connections that someone else makes: `docker -H tcp://…`. HTTP/1.1 with a connection for
// each request; one that the engine takes over (attach, exec) becomes the reply's.

import { EngineError, messageOf } from "../../base/errors.ts";
import { type ByteDuplex, chunksOf } from "../../base/streams.ts";
import type { ApiHandler, ApiRequest, ApiResponse } from "../exchange.ts";
import { ByteReader } from "../http1/byte-reader.ts";
import { requestBody } from "../http1/request-body.ts";
import { errorReply } from "../reply.ts";
import { type ResponseHead, readResponseHead } from "./response-head.ts";

type Dial = () => Promise<ByteDuplex>;

const encoder = new TextEncoder();
const PIECE_BYTES = 65_536;

/** `host` is the header's. Unlike other handlers this rejects, with what `dial` rejects with. */
export function httpClient(host: string, dial: Dial): ApiHandler {
  return async (request) => {
    // Why there is no connection is for the caller to tell.
    const connection = await dial();
    try {
      return await exchange(host, connection, request);
    } catch (error) {
      return errorReply(
        error instanceof EngineError
          ? error
          : new EngineError("unavailable", messageOf(error), { cause: error }),
      );
    }
  };
}

async function exchange(host: string, connection: ByteDuplex, request: ApiRequest): Promise<ApiResponse> {
  const reader = new ByteReader(connection.readable);
  const writer = connection.writable.getWriter();
  writer.closed.catch(() => {});
  const hangUp = () => {
    void reader.cancel();
    void writer.abort().catch(() => {});
  };
  request.signal?.addEventListener("abort", hangUp, { once: true });
  try {
    const sent = send(host, writer, request);
    // An engine may answer before it has read everything; what cannot be sent then does not matter.
    sent.catch(() => {});
    const head = await readResponseHead(reader);
    if (head.status === 101 || isTakenOver(request, head)) {
      await sent;
      return {
        ...shown(head),
        body: null,
        connection: { readable: rest(reader), writable: inputOf(writer) },
      };
    }
    return { ...shown(head), body: bodyOf(request, head, reader, hangUp) };
  } catch (error) {
    hangUp();
    throw error;
  }
}

async function send(
  host: string,
  writer: WritableStreamDefaultWriter<Uint8Array>,
  { method, target, headers, body }: ApiRequest,
): Promise<void> {
  const isSized = headers["content-length"] !== undefined;
  const isChunked = body !== null && !isSized;
  const fields = {
    host,
    connection: "close",
    ...headers,
    ...(isChunked ? { "transfer-encoding": "chunked" } : {}),
    ...(body === null && method !== "GET" && method !== "HEAD" ? { "content-length": "0" } : {}),
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value.replaceAll(/[\r\n]/g, " ")}`);
  await writer.write(encoder.encode(`${method} ${target} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`));
  if (body === null) return;
  for await (const bytes of chunksOf(body)) {
    if (bytes.byteLength === 0) continue;
    if (isChunked) await writer.write(encoder.encode(`${bytes.byteLength.toString(16)}\r\n`));
    await writer.write(bytes);
    if (isChunked) await writer.write(encoder.encode("\r\n"));
  }
  if (isChunked) await writer.write(encoder.encode("0\r\n\r\n"));
}

/** Without an upgrade an engine takes the connection over all the same, and says so by the type. */
function isTakenOver({ method, headers }: ApiRequest, head: ResponseHead): boolean {
  return (
    method === "POST" &&
    headers.upgrade === "tcp" &&
    head.status === 200 &&
    /raw-stream/.test(head.headers["content-type"] ?? "")
  );
}

function shown({ status, headers }: ResponseHead): Pick<ApiResponse, "status" | "headers"> {
  return { status, headers: { ...headers } };
}

function bodyOf(
  request: ApiRequest,
  { status, headers }: ResponseHead,
  reader: ByteReader,
  hangUp: () => void,
): ReadableStream<Uint8Array> | null {
  if (request.method === "HEAD" || status === 204 || status === 304) {
    hangUp();
    return null;
  }
  const isChunked = headers["transfer-encoding"]?.toLowerCase() === "chunked";
  const length = headers["content-length"];
  if (!isChunked && length !== undefined && !/^\d{1,15}$/.test(length))
    throw new EngineError("corrupt", "the engine's answer is malformed: Content-Length");
  const source = isChunked
    ? requestBody(reader, "chunked", undefined).stream
    : length === undefined
      ? rest(reader)
      : requestBody(reader, Number(length), undefined).stream;
  const chunks = chunksOf(source);
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (!done) return controller.enqueue(value);
        hangUp();
        controller.close();
      },
      cancel: hangUp,
    },
    { highWaterMark: 0 },
  );
}

function rest(reader: ByteReader): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const bytes = await reader.some(PIECE_BYTES);
        if (bytes === undefined) controller.close();
        else controller.enqueue(bytes.slice());
      },
      cancel: () => reader.cancel(),
    },
    { highWaterMark: 0 },
  );
}

function inputOf(writer: WritableStreamDefaultWriter<Uint8Array>): WritableStream<Uint8Array> {
  return new WritableStream<Uint8Array>({
    write: (bytes) => writer.write(bytes),
    close: () => writer.close(),
    abort: (reason) => writer.abort(reason),
  });
}
