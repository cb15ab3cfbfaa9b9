// A relay for tests: wisp 1.2 over WebSocket on a loopback port, which connects only where the test says.

import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { ByteReader } from "../../api/http1/byte-reader.ts";
import { duplexOfSocket } from "../../api/socket-server-node.ts";
import { encodeWebSocketFrame } from "../../api/websocket/encode-frame.ts";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
/** Packets of data that a stream may send without being asked. */
const CREDIT = 4;

export interface WispServer {
  readonly url: string;
  /** `HOST:PORT` of every connection that was asked for. */
  readonly asked: string[];
  /** Breaks every WebSocket. */
  drop(): void;
  close(): void;
}

/** `routes`: the loopback port behind a `HOST:PORT`; others are refused. */
export async function serveWisp(routes: Readonly<Record<string, number>>): Promise<WispServer> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer();
  server.on("upgrade", (request, socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    const accept = createHash("sha1")
      .update(request.headers["sec-websocket-key"] + GUID)
      .digest("base64");
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    void serveSession(socket, routes, asked).finally(() => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/relay/`,
    asked,
    drop,
    close() {
      drop();
      server.close();
    },
  };
}

async function serveSession(
  socket: Socket,
  routes: Readonly<Record<string, number>>,
  asked: string[],
): Promise<void> {
  const reader = new ByteReader(duplexOfSocket(socket).readable);
  const streams = new Map<number, Socket>();
  const taken = new Map<number, number>();
  const send = (type: number, stream: number, payload: Uint8Array) => {
    const message = Buffer.alloc(5 + payload.byteLength);
    message[0] = type;
    message.writeUInt32LE(stream, 1);
    message.set(payload, 5);
    socket.write(encodeWebSocketFrame(2, message));
  };
  const credit = Buffer.alloc(4);
  credit.writeUInt32LE(CREDIT);
  send(3, 0, credit);
  for (let message = await readMessage(reader); message; message = await readMessage(reader)) {
    const id = message.readUInt32LE(1);
    const payload = message.subarray(5);
    if (message[0] === 1) {
      const target = `${payload.subarray(3).toString()}:${payload.readUInt16LE(1)}`;
      asked.push(target);
      const port = routes[target];
      if (payload[0] !== 1 || port === undefined) {
        send(4, id, Uint8Array.of(0x42));
        continue;
      }
      const there = connect(port, "127.0.0.1");
      streams.set(id, there);
      there.on("data", (bytes) => send(2, id, bytes));
      there.on("error", () => send(4, id, Uint8Array.of(0x44)));
      there.on("end", () => send(4, id, Uint8Array.of(2)));
    } else if (message[0] === 2) {
      const count = (taken.get(id) ?? 0) + 1;
      taken.set(id, count);
      streams.get(id)?.write(payload);
      if (count % CREDIT === 0) send(3, id, credit);
    } else if (message[0] === 4) {
      streams.get(id)?.destroy();
      streams.delete(id);
    }
  }
  for (const there of streams.values()) there.destroy();
}

/** A masked frame that is a whole message. */
async function readMessage(reader: ByteReader): Promise<Buffer | undefined> {
  const take = async (count: number) => {
    const bytes = Buffer.alloc(count);
    for (let at = 0; at < count; ) {
      const some = await reader.some(count - at);
      if (some === undefined) return undefined;
      bytes.set(some, at);
      at += some.byteLength;
    }
    return bytes;
  };
  const head = await take(2);
  if (!head) return undefined;
  const short = head[1]! & 0x7f;
  const long = short < 126 ? undefined : await take(short === 126 ? 2 : 8);
  const length = !long ? short : short === 126 ? long.readUInt16BE() : Number(long.readBigUInt64BE());
  const mask = await take(4);
  const payload = mask && (await take(length));
  if (!payload) return undefined;
  for (let index = 0; index < length; index++) payload[index]! ^= mask[index % 4]!;
  return (head[0]! & 0x0f) === 2 ? payload : readMessage(reader);
}
