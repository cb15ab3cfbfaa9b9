// The kinds of answer that handlers give.

import type { Attachment } from "../engine/containers/attach.ts";
import type { OutputChunk } from "../engine/containers/output-fan.ts";
import type { ApiRequest, ApiResponse } from "./exchange.ts";
import { encodeFrame } from "./raw-stream.ts";
import { statusOf } from "./status.ts";

const JSON_TYPE = "application/json";
const RAW = "application/vnd.docker.raw-stream";
const MULTIPLEXED = "application/vnd.docker.multiplexed-stream";
const encoder = new TextEncoder();

export function jsonReply(value: unknown, status = 200): ApiResponse {
  return bytesReply(encoder.encode(`${JSON.stringify(value)}\n`), JSON_TYPE, status);
}

export function textReply(text: string, status = 200): ApiResponse {
  return bytesReply(encoder.encode(text), "text/plain; charset=utf-8", status);
}

function bytesReply(bytes: Uint8Array<ArrayBuffer>, type: string, status: number): ApiResponse {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
  return {
    status,
    headers: { "Content-Type": type, "Content-Length": String(bytes.byteLength) },
    body,
  };
}

export function noContent(status: 200 | 201 | 204 | 304 = 204): ApiResponse {
  return { status, headers: {}, body: null };
}

export function errorReply(thrown: unknown): ApiResponse {
  const { status, message } = statusOf(thrown);
  return status === 304 ? noContent(304) : jsonReply({ message }, status);
}

export interface StreamReplyOptions {
  /** After each JSON text. */
  readonly lineEnd?: string;
  /** The client wants no more. What waits for something to happen must stop waiting: an iterator cannot be told while it does. */
  readonly onCancel?: () => void;
}

/** One JSON text after another as `values` come; headers go out at once. */
export function jsonStreamReply(
  values: AsyncIterable<unknown>,
  options: StreamReplyOptions = {},
): ApiResponse {
  const { lineEnd = "\r\n" } = options;
  return streamReply(
    mapIterable(values, (value) => encoder.encode(JSON.stringify(value) + lineEnd)),
    JSON_TYPE,
    options,
  );
}

export function streamReply(
  chunks: AsyncIterable<Uint8Array>,
  type: string,
  options: StreamReplyOptions = {},
): ApiResponse {
  const iterator = chunks[Symbol.asyncIterator]();
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await iterator.next();
        if (next.done) controller.close();
        else controller.enqueue(next.value);
      },
      cancel() {
        options.onCancel?.();
        // Not waited for: it settles when the iterator comes to rest.
        void iterator.return?.()?.catch(() => {});
      },
    },
    { highWaterMark: 0 },
  );
  return { status: 200, headers: { "Content-Type": type }, body };
}

async function* mapIterable<T, U>(values: AsyncIterable<T>, map: (value: T) => U): AsyncGenerator<U> {
  for await (const value of values) yield map(value);
}

/** Logs: framed unless the container has a terminal. */
export function outputType(tty: boolean, version: number): string {
  return !tty && version >= 42 ? MULTIPLEXED : RAW;
}

/** The connection becomes the container's streams: 101 for those who asked to upgrade, else 200. */
export function hijackReply(request: ApiRequest, attachment: Attachment, version: number): ApiResponse {
  const upgrade = request.headers.upgrade !== undefined;
  const { tty, output, stdin } = attachment;
  const headers = upgrade
    ? { "Content-Type": outputType(tty, version), Connection: "Upgrade", Upgrade: "tcp" }
    : { "Content-Type": RAW };
  return {
    status: upgrade ? 101 : 200,
    headers,
    body: null,
    connection: {
      readable: output.pipeThrough(outputEncoder(tty)),
      writable: stdin ?? ignoringSink(),
    },
  };
}

export function outputEncoder(tty: boolean): TransformStream<OutputChunk, Uint8Array> {
  return new TransformStream<OutputChunk, Uint8Array>(
    {
      transform(chunk, controller) {
        controller.enqueue(tty ? chunk.bytes : encodeFrame(chunk.stream, chunk.bytes));
      },
    },
    { highWaterMark: 1 },
    { highWaterMark: 0 },
  );
}

export function ignoringSink(): WritableStream<Uint8Array> {
  return new WritableStream<Uint8Array>({ write() {} });
}
