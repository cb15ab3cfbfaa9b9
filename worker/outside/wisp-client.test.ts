import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EngineError } from "../base/errors.ts";
import { readAll, readText } from "../base/streams.ts";
import type { RelaySocket } from "./outside-access.ts";
import { WispClient } from "./wisp-client.ts";
import { parseWispPacket } from "./wisp-packet.ts";

const encode = (text: string) => new TextEncoder().encode(text);

/** A relay in the hands of a test. `sent` are the client's packets: type, stream, payload as text. */
class TestRelay {
  readonly sent: [number, number, string][] = [];
  closed = false;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  readonly socket: RelaySocket = {
    send: (message) => {
      const view = new DataView(message.buffer);
      this.sent.push([message[0]!, view.getUint32(1, true), new TextDecoder().decode(message.subarray(5))]);
    },
    messages: new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
      },
    }),
    close: () => {
      this.closed = true;
    },
  };

  say(type: number, stream: number, ...payload: number[]): void {
    this.#controller.enqueue(Uint8Array.of(type, stream, 0, 0, 0, ...payload));
  }

  end(): void {
    this.#controller.close();
  }
}

async function connected(credit = 2) {
  const relay = new TestRelay();
  const client = new WispClient(async () => relay.socket);
  const connecting = client.connect("site.example", 443);
  relay.say(3, 0, credit, 0, 0, 0);
  return { relay, client, connection: await connecting };
}

describe("WispClient", () => {
  it("asks for a connection by name and passes bytes both ways, until the relay ends it", async () => {
    const { relay, connection } = await connected();
    expect(relay.sent).toEqual([[1, 1, "\x01\xbb\x01site.example".replace("\xbb", "\ufffd")]]);
    const writer = connection.writable.getWriter();
    await writer.write(encode("hello"));
    expect(relay.sent[1]).toEqual([2, 1, "hello"]);
    relay.say(2, 1, ...encode("world"));
    relay.say(2, 9, ...encode("of nobody"));
    relay.say(77, 1);
    relay.say(4, 1, 2);
    expect(await readText(connection.readable)).toBe("world");
    await expect(writer.write(encode("late"))).rejects.toThrow("closed");
  });

  it("sends no more packets than the relay takes", async () => {
    const { relay, connection } = await connected(2);
    const writing = connection.writable.getWriter().write(new Uint8Array(5 * 32_768).fill(97));
    await expect.poll(() => relay.sent.length).toBe(3);
    relay.say(3, 1, 1, 0, 0, 0);
    await expect.poll(() => relay.sent.length).toBe(4);
    relay.say(3, 1, 9, 0, 0, 0);
    await writing;
    expect(relay.sent.length).toBe(6);
  });

  it("tells why a connection did not come about", async () => {
    const { relay, connection } = await connected();
    relay.say(4, 1, 0x44);
    await expect(readAll(connection.readable)).rejects.toThrow("the connection was refused");
  });

  it("ends everything with the relay, and opens it again", async () => {
    const relays: TestRelay[] = [];
    const client = new WispClient(async () => {
      const relay = new TestRelay();
      relays.push(relay);
      relay.say(3, 0, 5, 0, 0, 0);
      return relay.socket;
    });
    const first = await client.connect("a.example", 80);
    const second = await client.connect("b.example", 80);
    expect(relays.length).toBe(1);
    relays[0]!.end();
    for (const { readable } of [first, second])
      await expect(readAll(readable)).rejects.toThrow("the relay has ended the connection");
    await client.connect("c.example", 80);
    expect(relays[1]?.sent.map(([type]) => type)).toEqual([1]);
    relays[1]!.say(3, 0);
    await expect.poll(() => relays[1]?.closed).toBe(true);
  });

  it("fails while there is no relay, and asks again the next time", async () => {
    let tries = 0;
    const client = new WispClient(async () => {
      tries++;
      throw new EngineError("unavailable", "no relay");
    });
    await expect(client.connect("a.example", 80)).rejects.toThrow("no relay");
    await expect(client.connect("a.example", 80)).rejects.toThrow("no relay");
    expect(tries).toBe(2);
  });

  it("closes at the relay what is closed here", async () => {
    const { relay, connection } = await connected();
    connection.close();
    connection.close();
    expect(relay.sent.slice(1)).toEqual([[4, 1, "\x02"]]);
  });
});

describe("parseWispPacket()", () => {
  it("reads any bytes as a packet or an EngineError", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), (bytes) => {
        try {
          expect(["data", "continue", "close", "other"]).toContain(parseWispPacket(bytes).type);
        } catch (error) {
          expect(error).toBeInstanceOf(EngineError);
        }
      }),
    );
  });
});
