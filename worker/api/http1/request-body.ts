// The body of an HTTP/1.1 request as a stream: so many bytes, or chunks (RFC 9112, section 7.1).

import { EngineError } from "../../base/errors.ts";
import type { ByteReader } from "./byte-reader.ts";

export interface RequestBody {
  readonly stream: ReadableStream<Uint8Array>;
  /** All of it has been read. */
  readonly finished: boolean;
  /** Reads what the handler left, up to `limitBytes`. False when there is more: the connection is of no more use. */
  drain(limitBytes: number): Promise<boolean>;
}

const PIECE_BYTES = 65_536;
const CHUNK_LINE_BYTES = 1024;
const TRAILER_LIMIT = 64;

/** `sendContinue` (for a client that waits for it) runs before the first byte is waited for. */
export function requestBody(
  reader: ByteReader,
  length: number | "chunked",
  sendContinue: (() => Promise<void>) | undefined,
): RequestBody {
  const next = length === "chunked" ? chunkedPieces(reader) : countedPieces(reader, length);
  let finished = length === 0;
  let failed = false;
  let started = false;
  /** One read at a time: whoever cancels a stream may leave one behind. */
  let tail: Promise<unknown> = Promise.resolve();
  const read = (): Promise<Uint8Array | undefined> => {
    const piece = tail.then(async () => {
      if (finished) return undefined;
      if (!started) {
        started = true;
        await sendContinue?.();
      }
      const bytes = await next();
      finished = bytes === undefined;
      return bytes;
    });
    tail = piece.catch(() => {
      failed = true;
    });
    return piece;
  };
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const bytes = await read();
        if (bytes === undefined) controller.close();
        else controller.enqueue(bytes);
      },
    },
    { highWaterMark: 0 },
  );
  return {
    stream,
    get finished() {
      return finished;
    },
    async drain(limitBytes) {
      await tail;
      // A client that waits for "100 Continue" and never got it sends nothing.
      if (!started && !finished && sendContinue) return false;
      for (let left = limitBytes; !finished && !failed && left >= 0; ) {
        const bytes = await read().catch(() => undefined);
        left -= bytes?.byteLength ?? 0;
      }
      return finished && !failed;
    },
  };
}

function countedPieces(reader: ByteReader, length: number): () => Promise<Uint8Array | undefined> {
  let left = length;
  return async () => {
    if (left === 0) return undefined;
    const bytes = await reader.some(Math.min(left, PIECE_BYTES));
    if (bytes === undefined) throw cutOff();
    left -= bytes.byteLength;
    return bytes;
  };
}

function chunkedPieces(reader: ByteReader): () => Promise<Uint8Array | undefined> {
  let left = 0;
  let first = true;
  return async () => {
    if (left === 0) {
      if (!first && (await line(reader)) !== "") throw malformed();
      first = false;
      left = await chunkSize(reader);
      if (left === 0) {
        await skipTrailers(reader);
        return undefined;
      }
    }
    const bytes = await reader.some(Math.min(left, PIECE_BYTES));
    if (bytes === undefined) throw cutOff();
    left -= bytes.byteLength;
    return bytes;
  };
}

async function chunkSize(reader: ByteReader): Promise<number> {
  const match = /^([0-9A-Fa-f]{1,8})[ \t]*(?:;.*)?$/.exec(await line(reader));
  if (!match) throw malformed();
  return Number.parseInt(match[1] ?? "", 16);
}

async function skipTrailers(reader: ByteReader): Promise<void> {
  for (let count = 0; count < TRAILER_LIMIT; count++) if ((await line(reader)) === "") return;
  throw malformed();
}

async function line(reader: ByteReader): Promise<string> {
  let text: string | undefined;
  try {
    text = await reader.line(CHUNK_LINE_BYTES);
  } catch {
    throw malformed();
  }
  if (text === undefined) throw cutOff();
  return text;
}

function malformed(): EngineError {
  return new EngineError("invalid-argument", "malformed chunked encoding");
}

function cutOff(): EngineError {
  return new EngineError("invalid-argument", "unexpected EOF");
}
