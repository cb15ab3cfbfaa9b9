// The server's side of a WebSocket: the handshake (RFC 6455, section 4.2), and a byte stream in binary messages both ways.

import { EngineError } from "../../base/errors.ts";
import { type ByteDuplex, chunksOf } from "../../base/streams.ts";
import type { ApiRequest, ApiResponse } from "../exchange.ts";
import { encodeWebSocketFrame } from "./encode-frame.ts";
import { FrameDecoder, OPCODES } from "./frame-decoder.ts";

const KEY_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const CLOSE_NORMAL = Uint8Array.of(0x03, 0xe8);
const CLOSE_PROTOCOL_ERROR = Uint8Array.of(0x03, 0xea);
/** Output waits for a slow client beyond this; what a client sends waits for a slow container. */
const HIGH_WATER_BYTES = 65_536;

/** Throws EngineError("invalid-argument") for a request that is no handshake. Then `streams` are the service's ends. */
export async function acceptWebSocket(request: ApiRequest, streams: ByteDuplex): Promise<ApiResponse> {
  const key = checkHandshake(request);
  const digest = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(key + KEY_SUFFIX));
  return {
    status: 101,
    headers: {
      Upgrade: "websocket",
      Connection: "Upgrade",
      "Sec-WebSocket-Accept": btoa(String.fromCharCode(...new Uint8Array(digest))),
    },
    body: null,
    connection: webSocketStreams(streams),
  };
}

export function checkHandshake({ method, headers }: ApiRequest): string {
  const names = (text: string | undefined) => (text ?? "").toLowerCase().split(/\s*,\s*/);
  const key = headers["sec-websocket-key"] ?? "";
  const isHandshake =
    method === "GET" &&
    names(headers.upgrade).includes("websocket") &&
    names(headers.connection).includes("upgrade");
  if (!isHandshake) throw new EngineError("invalid-argument", "not websocket protocol");
  if (headers["sec-websocket-version"] !== "13")
    throw new EngineError("invalid-argument", "missing or bad WebSocket Version");
  if (!/^[A-Za-z0-9+/]{22}==$/.test(key))
    throw new EngineError("invalid-argument", "mismatch challenge/response");
  return key;
}

/** The client's ends: frames on the wire, bytes of binary messages for the service. */
function webSocketStreams({ readable, writable }: ByteDuplex): ByteDuplex {
  const input = writable.getWriter();
  input.closed.catch(() => {});
  const frames = new TransformStream<Uint8Array, Uint8Array>(
    undefined,
    { highWaterMark: HIGH_WATER_BYTES, size: (bytes) => bytes.byteLength },
    { highWaterMark: 0 },
  );
  const out = frames.writable.getWriter();
  out.closed.catch(() => {});
  let ended = false;
  /** The one closing frame of this side, and the end of both directions. */
  const end = async (reason: Uint8Array) => {
    if (ended) return;
    ended = true;
    await out.write(encodeWebSocketFrame(OPCODES.CLOSE, reason)).catch(() => {});
    await out.close().catch(() => {});
  };
  const output = chunksOf(readable);
  void (async () => {
    try {
      for await (const bytes of output)
        if (!ended) await out.write(encodeWebSocketFrame(OPCODES.BINARY, bytes));
    } catch {
      // The client is gone, or the container's output broke off: the connection ends either way.
    }
    await end(CLOSE_NORMAL);
  })();
  return { readable: frames.readable, writable: clientFrames(input, out, end) };
}

function clientFrames(
  input: WritableStreamDefaultWriter<Uint8Array>,
  out: WritableStreamDefaultWriter<Uint8Array>,
  end: (reason: Uint8Array) => Promise<void>,
): WritableStream<Uint8Array> {
  let pending: Promise<unknown>[] = [];
  const decoder = new FrameDecoder({
    data: (bytes) => pending.push(input.write(bytes)),
    ping: (payload) => pending.push(out.write(encodeWebSocketFrame(OPCODES.PONG, payload))),
    close: () => pending.push(input.close(), end(CLOSE_NORMAL)),
  });
  return new WritableStream<Uint8Array>({
    async write(bytes) {
      pending = [];
      try {
        decoder.push(bytes);
      } catch (error) {
        await end(CLOSE_PROTOCOL_ERROR);
        throw error;
      }
      // A container that takes no more input does not end the connection: its output does.
      await Promise.all(pending.map((each) => each.catch(() => {})));
    },
    async close() {
      await input.close().catch(() => {});
    },
    async abort(reason) {
      await input.abort(reason).catch(() => {});
    },
  });
}
