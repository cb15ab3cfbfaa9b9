import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteReader } from "../api/http1/byte-reader.ts";
import { EngineError } from "../base/errors.ts";
import { duplexPair, streamOf } from "../base/streams.ts";
import { encodeFrame, readFrame, type SocketEvent, WebSocketConnection } from "./web-socket.ts";

const encode = (text: string) => new TextEncoder().encode(text);

/** A server that answers the handshake, then sends `frames`; what the client sent is gathered. */
async function connect(frames: readonly Uint8Array[], accept = (key: string) => key) {
  const [ours, theirs] = duplexPair();
  const reader = new ByteReader(theirs.readable);
  const writer = theirs.writable.getWriter();
  const server = (async () => {
    let key = "";
    for (let line = await reader.line(1000); line !== ""; line = await reader.line(1000))
      key = /^Sec-WebSocket-Key: (.*)/.exec(line ?? "")?.[1] ?? key;
    const hash = createHash("sha1")
      .update(`${accept(key)}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest("base64");
    await writer.write(
      encode(
        `HTTP/1.1 101 OK\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${hash}\r\n\r\n`,
      ),
    );
    void (async () => {
      while ((await reader.some(1000)) !== undefined);
    })();
    for (const frame of frames) await writer.write(frame);
    await writer.close();
  })();
  server.catch(() => {});
  const socket = await WebSocketConnection.open(ours, { target: "/", headers: [], protocols: [] });
  return { socket };
}

async function eventsOf(...frames: Uint8Array[]): Promise<SocketEvent[]> {
  const { socket } = await connect(frames);
  const events: SocketEvent[] = [];
  for await (const event of socket.events()) events.push(event);
  return events;
}

const serverFrame = (first: number, payload: Uint8Array) =>
  new Uint8Array([first, payload.length, ...payload]);

describe("WebSocketConnection", () => {
  it("joins fragments, with a ping in between, and ends with the server's close", async () => {
    expect(
      await eventsOf(
        serverFrame(0x01, encode("ab")),
        serverFrame(0x89, encode("?")),
        serverFrame(0x80, encode("cd")),
        serverFrame(0x82, new Uint8Array([1, 255])),
        serverFrame(0x88, new Uint8Array([0x0b, 0xb8, 0x62])),
      ),
    ).toEqual([
      { type: "message", data: "abcd" },
      { type: "message", data: new Uint8Array([1, 255]) },
      { type: "close", code: 3000, reason: "b" },
    ]);
  });

  it.each([
    ["masked", new Uint8Array([0x81, 0x81, 1, 2, 3, 4, 5])],
    ["not UTF-8", serverFrame(0x81, new Uint8Array([0xff]))],
    ["a continuation of nothing", serverFrame(0x80, encode("x"))],
    ["reserved bits", serverFrame(0xc1, encode("x"))],
    ["larger than any message may be", new Uint8Array([0x82, 127, 0, 0, 1, 0, 0, 0, 0, 0])],
    ["cut off", new Uint8Array([0x81, 5, 1])],
  ])("breaks off at a frame that is %s", async (_what, frame) => {
    expect(await eventsOf(frame)).toEqual([{ type: "close", code: 1006, reason: "" }]);
  });

  it("refuses a server that does not know the key", async () => {
    await expect(connect([], () => "another")).rejects.toThrow("no WebSocket there");
  });
});

describe("frames", () => {
  it("are masked on the way out, and readable with the mask taken off", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 70_000 }), async (payload) => {
        const frame = encodeFrame(2, payload);
        const maskAt = payload.length < 126 ? 2 : payload.length < 65_536 ? 4 : 10;
        const mask = frame.subarray(maskAt, maskAt + 4);
        const plain = new Uint8Array([...frame.subarray(0, maskAt), ...frame.subarray(maskAt + 4)]);
        plain[1]! &= 0x7f;
        for (let index = 0; index < payload.length; index++) plain[maskAt + index]! ^= mask[index % 4]!;
        expect(await readFrame(new ByteReader(streamOf(plain)))).toEqual({ opcode: 2, fin: true, payload });
      }),
      { numRuns: 40 },
    );
  });

  it("of any bytes are a frame, the end, or an EngineError", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (bytes) => {
        await readFrame(new ByteReader(streamOf(bytes))).catch((error: unknown) =>
          expect(error).toBeInstanceOf(EngineError),
        );
      }),
    );
  });
});
