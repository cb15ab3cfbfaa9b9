// Packets of wisp 1.2, which carries connections over one WebSocket: u8 type, u32 stream, payload; little-endian.

import { EngineError } from "../base/errors.ts";

export const WISP = { CONNECT: 1, DATA: 2, CONTINUE: 3, CLOSE: 4 } as const;
/** Why a stream ends, as far as a client says it. */
export const WISP_CLOSE_VOLUNTARY = 2;

const HEADER_BYTES = 5;
const STREAM_TCP = 1;
/** What relays say of a connection that does not come about, or ends. */
const REASONS: Readonly<Record<number, string>> = {
  2: "the connection was closed",
  3: "the network failed",
  65: "the relay did not understand",
  66: "the host cannot be reached",
  67: "the host did not answer in time",
  68: "the connection was refused",
  71: "the connection stood still for too long",
  72: "the relay does not lead there",
  73: "the relay limits how much it passes on",
};

export type WispPacket =
  | { readonly type: "data"; readonly stream: number; readonly bytes: Uint8Array }
  /** So many packets of data may be sent before the next of these. */
  | { readonly type: "continue"; readonly stream: number; readonly packets: number }
  | { readonly type: "close"; readonly stream: number; readonly code: number; readonly reason: string }
  | { readonly type: "other" };

/** What a relay sends. Throws EngineError("corrupt"). */
export function parseWispPacket(message: Uint8Array): WispPacket {
  if (message.byteLength < HEADER_BYTES) throw new EngineError("corrupt", "a wisp packet without a header");
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const stream = view.getUint32(1, true);
  const bytes = message.subarray(HEADER_BYTES);
  switch (message[0]) {
    case WISP.DATA:
      return { type: "data", stream, bytes };
    case WISP.CONTINUE:
      if (bytes.byteLength < 4) throw new EngineError("corrupt", "a wisp CONTINUE without a count");
      return { type: "continue", stream, packets: view.getUint32(HEADER_BYTES, true) };
    case WISP.CLOSE: {
      const code = bytes[0] ?? 0;
      return { type: "close", stream, code, reason: REASONS[code] ?? "the relay ended the connection" };
    }
    default:
      // Later versions have more.
      return { type: "other" };
  }
}

export function wispConnect(stream: number, host: string, port: number): Uint8Array<ArrayBuffer> {
  const name = new TextEncoder().encode(host);
  const payload = new Uint8Array(3 + name.byteLength);
  payload[0] = STREAM_TCP;
  new DataView(payload.buffer).setUint16(1, port, true);
  payload.set(name, 3);
  return packet(WISP.CONNECT, stream, payload);
}

export function wispData(stream: number, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return packet(WISP.DATA, stream, bytes);
}

export function wispClose(stream: number): Uint8Array<ArrayBuffer> {
  return packet(WISP.CLOSE, stream, Uint8Array.of(WISP_CLOSE_VOLUNTARY));
}

function packet(type: number, stream: number, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEADER_BYTES + payload.byteLength);
  bytes[0] = type;
  new DataView(bytes.buffer).setUint32(1, stream, true);
  bytes.set(payload, HEADER_BYTES);
  return bytes;
}
