import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EngineError } from "../../base/errors.ts";
import { type ByteDuplex, concatBytes, duplexPair, readAll, readText } from "../../base/streams.ts";
import type { ApiRequest } from "../exchange.ts";
import { serveHttp } from "../http1.ts";
import { acceptWebSocket, checkHandshake } from "./accept-websocket.ts";
import { encodeWebSocketFrame } from "./encode-frame.ts";
import { FrameDecoder, OPCODES } from "./frame-decoder.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

function masked(opcode: number, payload: Uint8Array, options: { last?: boolean; mask?: number[] } = {}) {
  const mask = options.mask ?? [1, 2, 3, 4];
  const plain = encodeWebSocketFrame(opcode, payload);
  const head = plain.slice(0, plain.byteLength - payload.byteLength);
  head[1]! |= 0x80;
  if (options.last === false) head[0]! &= 0x7f;
  return concatBytes([head, Uint8Array.from(mask), payload.map((byte, at) => byte ^ mask[at % 4]!)]);
}

function decode(pieces: readonly Uint8Array[]) {
  const seen = { data: "", pings: [] as string[], closed: false };
  const decoder = new FrameDecoder({
    data: (part) => {
      seen.data += new TextDecoder().decode(part);
    },
    ping: (payload) => void seen.pings.push(new TextDecoder().decode(payload)),
    close: () => {
      seen.closed = true;
    },
  });
  for (const piece of pieces) decoder.push(piece);
  return seen;
}

describe("FrameDecoder", () => {
  it("reads messages in fragments, control frames in between, cut anywhere", async () => {
    const wire = concatBytes([
      masked(OPCODES.BINARY, bytes("ab"), { last: false }),
      masked(OPCODES.PING, bytes("?")),
      masked(OPCODES.CONTINUATION, bytes("x".repeat(200))),
      masked(OPCODES.TEXT, bytes("y".repeat(70_000))),
      masked(OPCODES.PONG, bytes("")),
      masked(OPCODES.CLOSE, Uint8Array.of(3, 232)),
      bytes("ignored"),
    ]);
    fc.assert(
      fc.property(fc.array(fc.nat(wire.byteLength), { maxLength: 6 }), (cuts) => {
        const at = [0, ...cuts.sort((one, other) => one - other), wire.byteLength];
        const seen = decode(at.slice(1).map((end, index) => wire.slice(at[index], end)));
        expect(seen).toEqual({
          data: `ab${"x".repeat(200)}${"y".repeat(70_000)}`,
          pings: ["?"],
          closed: true,
        });
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    ["not masked", encodeWebSocketFrame(OPCODES.BINARY, bytes("a"))],
    ["a reserved bit", Uint8Array.of(0xc2, 0x80, 0, 0, 0, 0)],
    ["an unknown opcode", Uint8Array.of(0x83, 0x80, 0, 0, 0, 0)],
    ["a long control frame", masked(OPCODES.PING, bytes("x".repeat(126)))],
    ["a control frame in fragments", masked(OPCODES.PING, bytes("x"), { last: false })],
    ["a continuation of nothing", masked(OPCODES.CONTINUATION, bytes("x"))],
    ["a length beyond 2^53", Uint8Array.of(0x82, 0xff, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0)],
  ])("refuses %s", (_name, frame) => {
    expect(() => decode([frame])).toThrow(EngineError);
  });

  it("throws nothing but EngineError", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 }), (pieces) => {
        try {
          decode(pieces);
        } catch (error) {
          expect(error).toBeInstanceOf(EngineError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe("checkHandshake()", () => {
  const request = (headers: Record<string, string>): ApiRequest => ({
    method: "GET",
    target: "/",
    headers: {
      upgrade: "websocket",
      connection: "keep-alive, Upgrade",
      "sec-websocket-version": "13",
      "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
      ...headers,
    },
    body: null,
  });

  it("answers the example of RFC 6455, section 1.3", async () => {
    const [, service] = duplexPair();
    expect((await acceptWebSocket(request({}), service)).headers["Sec-WebSocket-Accept"]).toBe(
      "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
    );
  });

  it("refuses what is none", () => {
    expect(() => checkHandshake(request({ upgrade: "tcp" }))).toThrow("not websocket protocol");
    expect(() => checkHandshake(request({ "sec-websocket-version": "8" }))).toThrow("Version");
    expect(() => checkHandshake(request({ "sec-websocket-key": "short" }))).toThrow("challenge");
  });
});

describe("acceptWebSocket()", () => {
  /** The bytes after the head of what a server answers to a handshake and these frames. */
  async function talk(frames: readonly Uint8Array[], serve: (container: ByteDuplex) => Promise<void>) {
    const [client, server] = duplexPair();
    const served = serveHttp(server, async (request) => {
      const [service, container] = duplexPair();
      void serve(container);
      return acceptWebSocket(request, service);
    });
    const reply = readAll(client.readable);
    const writer = client.writable.getWriter();
    await writer.write(
      bytes(
        "GET /attach HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
      ),
    );
    for (const frame of frames) await writer.write(frame);
    await served;
    const all = await reply;
    const text = String.fromCharCode(...all);
    expect(text).toMatch(/^HTTP\/1\.1 101 .*\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r\n/s);
    return all.slice(text.indexOf("\r\n\r\n") + 4);
  }

  const answer = async (container: ByteDuplex) => {
    const input = await readText(container.readable);
    const writer = container.writable.getWriter();
    await writer.write(bytes(`heard ${input.length}`)).catch(() => {});
    await writer.close().catch(() => {});
  };

  it("passes binary and text on, answers pings, and closes when the client does", async () => {
    const frames = [
      masked(OPCODES.BINARY, bytes("x".repeat(100_000))),
      masked(OPCODES.PING, bytes("there?")),
      masked(OPCODES.TEXT, bytes("y")),
      masked(OPCODES.CLOSE, Uint8Array.of(3, 232)),
    ];
    expect(await talk(frames, answer)).toEqual(
      concatBytes([
        encodeWebSocketFrame(OPCODES.PONG, bytes("there?")),
        encodeWebSocketFrame(OPCODES.CLOSE, Uint8Array.of(3, 232)),
      ]),
    );
  });

  it("closes when the output ends", async () => {
    const reply = await talk([], async (container) => {
      const writer = container.writable.getWriter();
      await writer.write(bytes("out"));
      await writer.close();
    });
    expect(reply).toEqual(
      concatBytes([
        encodeWebSocketFrame(OPCODES.BINARY, bytes("out")),
        encodeWebSocketFrame(OPCODES.CLOSE, Uint8Array.of(3, 232)),
      ]),
    );
  });

  it("ends the connection at a broken frame, and says so", async () => {
    const reply = await talk([encodeWebSocketFrame(OPCODES.BINARY, bytes("not masked"))], async () => {});
    expect(reply).toEqual(encodeWebSocketFrame(OPCODES.CLOSE, Uint8Array.of(3, 234)));
  });
});
