// One request to a server in the guest, one connection: whoever reads the answer to its end, or cancels it, closes the connection.

import { ByteReader } from "../api/http1/byte-reader.ts";
import { requestBody } from "../api/http1/request-body.ts";
import { type ByteDuplex, chunksOf } from "../base/streams.ts";
import { type HeaderList, readResponseHead } from "./response-head.ts";

/** A connection into the guest; `close` lets go of it, whatever is still under way. */
export interface GuestConnection extends ByteDuplex {
  close?(): void;
}

export interface HttpRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** Without Content-Length, Transfer-Encoding and Connection. */
  readonly headers: HeaderList;
  readonly body?: { readonly sizeBytes: number; readonly stream: ReadableStream<Uint8Array> } | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly reason: string;
  readonly headers: HeaderList;
  readonly body: ReadableStream<Uint8Array> | null;
}

/** Rejects with EngineError; the connection is closed then. */
export async function httpExchange(connection: GuestConnection, request: HttpRequest): Promise<HttpAnswer> {
  const reader = new ByteReader(connection.readable);
  const writer = connection.writable.getWriter();
  writer.closed.catch(() => {});
  const close = async () => {
    // Not waited for: a write that the server does not take would hold it up.
    void writer.abort().catch(() => {});
    await reader.cancel();
    connection.close?.();
  };
  try {
    // Sent at the same time as the answer is read: a server may refuse a body before all of it has come.
    send(writer, request).catch(() => {});
    const { status, reason, headers, body } = await readResponseHead(reader, request.method);
    if (body === 0) {
      await close();
      return { status, reason, headers, body: null };
    }
    const stream =
      body === "to-end" ? restOf(reader, close) : closing(requestBody(reader, body, undefined).stream, close);
    return { status, reason, headers, body: stream };
  } catch (error) {
    await close();
    throw error;
  }
}

export function encodeRequestHead({ method, target, headers, body }: HttpRequest): Uint8Array {
  const lines = [`${method} ${target} HTTP/1.1`];
  for (const [name, value] of headers) lines.push(`${name}: ${value}`);
  if (body !== undefined) lines.push(`Content-Length: ${body.sizeBytes}`);
  const text = `${lines.join("\r\n")}\r\n\r\n`;
  return Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff);
}

async function send(writer: WritableStreamDefaultWriter<Uint8Array>, request: HttpRequest): Promise<void> {
  await writer.write(encodeRequestHead(request));
  if (request.body === undefined) return;
  for await (const bytes of chunksOf(request.body.stream)) await writer.write(bytes);
}

/** The stream, and `close` once it has ended, failed or been cancelled. */
function closing(stream: ReadableStream<Uint8Array>, close: () => Promise<void>): ReadableStream<Uint8Array> {
  const reader = stream.getReader();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (!done) return controller.enqueue(value);
          controller.close();
        } catch (error) {
          controller.error(error);
        }
        await close();
      },
      cancel: () => close(),
    },
    { highWaterMark: 0 },
  );
}

function restOf(reader: ByteReader, close: () => Promise<void>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const bytes = await reader.some(65_536);
        if (bytes !== undefined) return controller.enqueue(bytes);
        controller.close();
        await close();
      },
      cancel: () => close(),
    },
    { highWaterMark: 0 },
  );
}
