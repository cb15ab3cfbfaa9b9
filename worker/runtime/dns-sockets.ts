// A container's name server as the agent's sockets see it: messages with their peers come as one stream (STREAM_KINDS.DNS), answers go
// back the same way. Questions for other servers leave through the container's own network.

import { EngineError } from "../base/errors.ts";
import { type ByteConnection, chunksOf, concatBytes } from "../base/streams.ts";
import type { AnswerDns, AskNameServer } from "../engine/container-runtime.ts";
import { DNS_PEERS } from "../guest/frames.ts";

/** Kind, peer, length. */
const PREFIX_BYTES = 9;
const PEER_BYTES = 6;
const DNS_PORT = 53;
/** Questions that are being answered at once: more are dropped, as datagrams may be. */
const MOST_AT_ONCE = 128;
const LONGEST_ANSWER_BYTES = 65_535;
const ASK_TIMEOUT_MS = 3000;

interface Message {
  readonly kind: number;
  readonly peer: Uint8Array;
  readonly bytes: Uint8Array;
}

interface Asked {
  readonly server: string;
  readonly resolve: (answer: Uint8Array) => void;
}

export class DnsSockets {
  readonly #stream: ByteConnection;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #answer: AnswerDns;
  /** Questions to other servers by the id they were sent with. */
  readonly #asked = new Map<number, Asked>();
  #answering = 0;

  constructor(stream: ByteConnection, answer: AnswerDns) {
    this.#stream = stream;
    this.#answer = answer;
    this.#writer = stream.writable.getWriter();
    this.#writer.closed.catch(() => {});
    void this.#serve().catch(() => {});
  }

  close(): void {
    this.#stream.close();
  }

  async #serve(): Promise<void> {
    let rest: Uint8Array = new Uint8Array(0);
    for await (const chunk of chunksOf(this.#stream.readable)) {
      rest = concatBytes([rest, chunk]);
      for (;;) {
        const message = firstMessage(rest);
        if (!message) break;
        rest = rest.subarray(PREFIX_BYTES + message.bytes.byteLength);
        if (message.kind === DNS_PEERS.UPSTREAM) this.#receive(message);
        else void this.#question(message);
      }
    }
  }

  async #question({ kind, peer, bytes }: Message): Promise<void> {
    if (this.#answering >= MOST_AT_ONCE) return;
    this.#answering++;
    try {
      const transport = kind === DNS_PEERS.TCP ? "tcp" : "udp";
      const answer = await this.#answer(bytes, transport, this.#ask);
      if (answer && answer.byteLength <= LONGEST_ANSWER_BYTES) await this.#send(kind, peer, answer);
    } catch {
      // The container has ended meanwhile.
    } finally {
      this.#answering--;
    }
  }

  #ask: AskNameServer = async (server, message) => {
    const address = server.split(".").map(Number);
    if (address.length !== 4 || message.byteLength < 12)
      throw new EngineError("unavailable", `no way to the name server ${server}`);
    const id = this.#freeId();
    const answered = new Promise<Uint8Array>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#asked.delete(id);
        reject(new EngineError("unavailable", `the name server ${server} does not answer`));
      }, ASK_TIMEOUT_MS);
      this.#asked.set(id, {
        server,
        resolve(answer) {
          clearTimeout(timer);
          resolve(answer);
        },
      });
    });
    answered.catch(() => {});
    await this.#send(
      DNS_PEERS.UPSTREAM,
      Uint8Array.of(...address, DNS_PORT >> 8, DNS_PORT & 255),
      withId(message, id),
    );
    return withId(await answered, (message[0]! << 8) | message[1]!);
  };

  /** Believed only from the server that was asked. */
  #receive({ peer, bytes }: Message): void {
    if (bytes.byteLength < 12) return;
    const id = (bytes[0]! << 8) | bytes[1]!;
    const asked = this.#asked.get(id);
    const isAnswer = (bytes[2]! & 0x80) !== 0;
    if (!asked || !isAnswer || asked.server !== peer.subarray(0, 4).join(".")) return;
    this.#asked.delete(id);
    asked.resolve(bytes);
  }

  #freeId(): number {
    const [id = 0] = crypto.getRandomValues(new Uint16Array(1));
    return this.#asked.has(id) ? this.#freeId() : id;
  }

  async #send(kind: number, peer: Uint8Array, bytes: Uint8Array): Promise<void> {
    const message = new Uint8Array(PREFIX_BYTES + bytes.byteLength);
    message[0] = kind;
    message.set(peer.subarray(0, PEER_BYTES), 1);
    new DataView(message.buffer).setUint16(7, bytes.byteLength, true);
    message.set(bytes, PREFIX_BYTES);
    await this.#writer.write(message);
  }
}

function firstMessage(bytes: Uint8Array): Message | undefined {
  if (bytes.byteLength < PREFIX_BYTES) return undefined;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint16(7, true);
  if (bytes.byteLength < PREFIX_BYTES + length) return undefined;
  return {
    kind: bytes[0]!,
    peer: bytes.slice(1, 1 + PEER_BYTES),
    bytes: bytes.slice(PREFIX_BYTES, PREFIX_BYTES + length),
  };
}

function withId(message: Uint8Array, id: number): Uint8Array {
  const copy = message.slice();
  copy[0] = id >> 8;
  copy[1] = id & 255;
  return copy;
}
