// The client's side of a WebSocket (RFC 6455) over a connection into the guest, for the script that previews get: a service worker
// never sees WebSockets. Messages are whole and bounded; what the server sends is checked as strictly as a browser does.

import { ByteReader } from "../api/http1/byte-reader.ts";
import { EngineError } from "../base/errors.ts";
import { concatBytes } from "../base/streams.ts";
import { encodeRequestHead, type GuestConnection } from "./http-exchange.ts";
import { type HeaderList, headerOf, readResponseHead } from "./response-head.ts";

export const MAX_MESSAGE_BYTES = 16 * 1_048_576;
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const CONTINUATION = 0;
const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

export interface SocketRequest {
  readonly target: string;
  readonly headers: HeaderList;
  readonly protocols: readonly string[];
}

export type SocketEvent =
  | { readonly type: "message"; readonly data: string | Uint8Array<ArrayBuffer> }
  /** 1005: the server gave no code; 1006: the connection broke. */
  | { readonly type: "close"; readonly code: number; readonly reason: string };

export class WebSocketConnection {
  readonly protocol: string;
  readonly #connection: GuestConnection;
  readonly #reader: ByteReader;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  #closeSent = false;

  private constructor(
    connection: GuestConnection,
    reader: ByteReader,
    writer: WritableStreamDefaultWriter<Uint8Array>,
    protocol: string,
  ) {
    this.#connection = connection;
    this.#reader = reader;
    this.#writer = writer;
    this.protocol = protocol;
  }

  /** Rejects with EngineError when the server does not speak WebSocket there. */
  static async open(connection: GuestConnection, request: SocketRequest): Promise<WebSocketConnection> {
    const reader = new ByteReader(connection.readable);
    const writer = connection.writable.getWriter();
    writer.closed.catch(() => {});
    try {
      const key = base64(crypto.getRandomValues(new Uint8Array(16)));
      const { protocols } = request;
      const headers: HeaderList = [
        ...request.headers,
        ["Upgrade", "websocket"],
        ["Connection", "Upgrade"],
        ["Sec-WebSocket-Version", "13"],
        ["Sec-WebSocket-Key", key],
        ...(protocols.length > 0 ? [["Sec-WebSocket-Protocol", protocols.join(", ")] as const] : []),
      ];
      await writer.write(encodeRequestHead({ method: "GET", target: request.target, headers }));
      const head = await readResponseHead(reader, "GET");
      const protocol = headerOf(head.headers, "sec-websocket-protocol") ?? "";
      const accepted =
        head.status === 101 &&
        headerOf(head.headers, "upgrade")?.toLowerCase() === "websocket" &&
        headerOf(head.headers, "sec-websocket-accept") === (await acceptOf(key)) &&
        (protocol === "" || protocols.includes(protocol));
      if (!accepted)
        throw new EngineError("unavailable", `no WebSocket there: the server answered ${head.status}`);
      return new WebSocketConnection(connection, reader, writer, protocol);
    } catch (error) {
      void writer.abort().catch(() => {});
      await reader.cancel();
      connection.close?.();
      throw error;
    }
  }

  async send(data: string | Uint8Array): Promise<void> {
    const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
    if (!this.#closeSent)
      await this.#writer.write(encodeFrame(typeof data === "string" ? TEXT : BINARY, bytes));
  }

  /** Asks the server to close; `events` ends when it has. */
  async close(code: number, reason: string): Promise<void> {
    if (this.#closeSent) return;
    this.#closeSent = true;
    await this.#writer.write(encodeFrame(CLOSE, closePayload(code, reason)));
  }

  /** Gives the connection up. */
  async abort(): Promise<void> {
    this.#closeSent = true;
    void this.#writer.abort().catch(() => {});
    await this.#reader.cancel();
    this.#connection.close?.();
  }

  /** What the server sends; the last is `close`. Never throws. */
  async *events(): AsyncGenerator<SocketEvent, void, undefined> {
    let end: SocketEvent = { type: "close", code: 1006, reason: "" };
    try {
      const parts: Uint8Array[] = [];
      let kind = 0;
      for (;;) {
        const frame = await readFrame(this.#reader);
        if (frame === undefined) break;
        const { opcode, fin, payload } = frame;
        if (opcode === PING) await this.#writer.write(encodeFrame(PONG, payload));
        else if (opcode === CLOSE) {
          end = readClose(payload);
          await this.close(end.type === "close" && end.code !== 1005 ? end.code : 1000, "").catch(() => {});
          break;
        } else if (opcode !== PONG) {
          if ((opcode === CONTINUATION) !== kind > 0) throw protocolError("fragments out of order");
          if (opcode !== CONTINUATION) kind = opcode;
          parts.push(payload);
          if (parts.reduce((sum, part) => sum + part.byteLength, 0) > MAX_MESSAGE_BYTES)
            throw protocolError("a message is too large");
          if (!fin) continue;
          const whole = concatBytes(parts.splice(0));
          yield { type: "message", data: kind === TEXT ? utf8(whole) : whole };
          kind = 0;
        }
      }
    } catch {
      await this.close(1002, "").catch(() => {});
    }
    await this.abort();
    yield end;
  }
}

export function encodeFrame(opcode: number, payload: Uint8Array): Uint8Array {
  const length = payload.byteLength;
  const extra = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const frame = new Uint8Array(2 + extra + 4 + length);
  const view = new DataView(frame.buffer);
  frame[0] = 0x80 | opcode;
  frame[1] = 0x80 | (extra === 0 ? length : extra === 2 ? 126 : 127);
  if (extra === 2) view.setUint16(2, length);
  else if (extra === 8) view.setBigUint64(2, BigInt(length));
  const mask = crypto.getRandomValues(frame.subarray(2 + extra, 6 + extra));
  for (let index = 0; index < length; index++) frame[6 + extra + index] = payload[index]! ^ mask[index % 4]!;
  return frame;
}

interface Frame {
  readonly opcode: number;
  readonly fin: boolean;
  readonly payload: Uint8Array;
}

/** Undefined at the end of the connection. Rejects with EngineError("corrupt"). */
export async function readFrame(reader: ByteReader): Promise<Frame | undefined> {
  const head = await exactly(reader, 2);
  if (head === undefined) return undefined;
  const [first = 0, second = 0] = head;
  const opcode = first & 0x0f;
  const fin = (first & 0x80) !== 0;
  if ((first & 0x70) !== 0 || ![CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG].includes(opcode))
    throw protocolError("an unknown frame");
  if ((second & 0x80) !== 0) throw protocolError("a server's frames are not masked");
  let length = second & 0x7f;
  if (opcode >= CLOSE && (length > 125 || !fin)) throw protocolError("a control frame is too large");
  if (length >= 126) {
    const wide = await exactly(reader, length === 126 ? 2 : 8);
    if (wide === undefined) return undefined;
    const view = new DataView(wide.buffer, wide.byteOffset, wide.byteLength);
    length = length === 126 ? view.getUint16(0) : Number(view.getBigUint64(0));
  }
  if (length > MAX_MESSAGE_BYTES) throw protocolError("a message is too large");
  const payload = await exactly(reader, length);
  return payload && { opcode, fin, payload };
}

async function exactly(reader: ByteReader, count: number): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = [];
  for (let left = count; left > 0; ) {
    const bytes = await reader.some(left);
    if (bytes === undefined) return undefined;
    parts.push(bytes);
    left -= bytes.byteLength;
  }
  return concatBytes(parts);
}

function readClose(payload: Uint8Array): SocketEvent {
  if (payload.byteLength < 2) return { type: "close", code: 1005, reason: "" };
  const code = (payload[0]! << 8) | payload[1]!;
  return { type: "close", code, reason: utf8(payload.subarray(2)) };
}

function closePayload(code: number, reason: string): Uint8Array {
  const text = new TextEncoder().encode(reason).subarray(0, 123);
  return concatBytes([new Uint8Array([code >> 8, code & 0xff]), text]);
}

function utf8(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}

async function acceptOf(key: string): Promise<string> {
  return base64(new Uint8Array(await crypto.subtle.digest("SHA-1", new TextEncoder().encode(key + GUID))));
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

function protocolError(what: string): EngineError {
  return new EngineError("corrupt", `the server breaks the WebSocket protocol: ${what}`);
}
