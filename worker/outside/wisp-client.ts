// The client of a relay that speaks wisp: TCP connections to anywhere over one WebSocket, which is opened with the first of them and opened
// again after it broke. Names are the relay's to resolve.

import { EngineError, messageOf } from "../base/errors.ts";
import { type ByteConnection, chunksOf } from "../base/streams.ts";
import type { OpenRelay, RelaySocket } from "./outside-access.ts";
import { parseWispPacket, WISP_CLOSE_VOLUNTARY, wispClose, wispConnect, wispData } from "./wisp-packet.ts";

const PACKET_MOST_BYTES = 32_768;
/** wisp has no way to slow a relay down: what comes faster than it is taken, over all connections, is kept up to this. */
const WAITING_MOST_BYTES = 128 * 1_048_576;

interface WispStream {
  /** Packets that may be sent. */
  credit: number;
  /** Waits for credit. */
  resume: (() => void) | undefined;
  waitingBytes: number;
  readonly incoming: ReadableStreamDefaultController<Uint8Array>;
}

interface Session {
  readonly socket: RelaySocket;
  readonly streams: Map<number, WispStream>;
  /** Of a new stream. */
  credit: number;
  nextStream: number;
  waitingBytes: number;
  ended: EngineError | undefined;
}

export class WispClient {
  readonly #open: OpenRelay;
  #session: Promise<Session> | undefined;

  constructor(open: OpenRelay) {
    this.#open = open;
  }

  /**
   * Resolves before the relay has connected; when it cannot, `readable` fails with EngineError("unavailable"). Closing `writable` does not reach the
   * other side: wisp knows no half-close.
   */
  async connect(host: string, port: number): Promise<ByteConnection> {
    const session = await this.#connected();
    const id = session.nextStream++;
    let stream!: WispStream;
    const close = () => {
      if (!session.streams.delete(id)) return;
      session.waitingBytes -= stream.waitingBytes;
      if (!session.ended) session.socket.send(wispClose(id));
      stream.resume?.();
    };
    const readable = new ReadableStream<Uint8Array>(
      {
        start(incoming) {
          stream = { credit: session.credit, resume: undefined, waitingBytes: 0, incoming };
        },
        cancel: close,
      },
      { highWaterMark: 0 },
    ).pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>(
        {
          transform(bytes, controller) {
            stream.waitingBytes -= bytes.byteLength;
            session.waitingBytes -= bytes.byteLength;
            controller.enqueue(bytes);
          },
        },
        { highWaterMark: 1 },
        { highWaterMark: 0 },
      ),
    );
    session.streams.set(id, stream);
    session.socket.send(wispConnect(id, host, port));
    const writable = new WritableStream<Uint8Array>({
      write: (bytes) => send(session, id, stream, bytes),
      abort: close,
    });
    return { readable, writable, close };
  }

  async #connected(): Promise<Session> {
    this.#session ??= this.#start();
    const starting = this.#session;
    try {
      const session = await starting;
      if (session.ended === undefined) return session;
    } catch (error) {
      if (this.#session === starting) this.#session = undefined;
      throw error;
    }
    if (this.#session === starting) this.#session = undefined;
    return this.#connected();
  }

  /** Resolves once the relay has said how much it takes. */
  async #start(): Promise<Session> {
    const socket = await this.#open();
    const session: Session = {
      socket,
      streams: new Map(),
      credit: 0,
      nextStream: 1,
      waitingBytes: 0,
      ended: undefined,
    };
    return new Promise<Session>((resolve, reject) => {
      void receive(session, () => resolve(session)).then((error) => {
        end(session, error);
        reject(error);
      });
    });
  }
}

async function send(session: Session, id: number, stream: WispStream, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.byteLength; at += PACKET_MOST_BYTES) {
    while (stream.credit === 0 && session.streams.has(id)) {
      await new Promise<void>((resolve) => {
        stream.resume = resolve;
      });
    }
    if (!session.streams.has(id))
      throw session.ended ?? new EngineError("unavailable", "the connection is closed");
    stream.credit--;
    session.socket.send(wispData(id, bytes.subarray(at, at + PACKET_MOST_BYTES)));
  }
}

/** What the relay sends, to the connection's end; resolves with why it ended. */
async function receive(session: Session, ready: () => void): Promise<EngineError> {
  try {
    for await (const message of chunksOf(session.socket.messages)) {
      const packet = parseWispPacket(message);
      if (packet.type === "other") continue;
      const stream = session.streams.get(packet.stream);
      if (packet.type === "continue" && packet.stream === 0) {
        session.credit = packet.packets;
        ready();
      } else if (!stream) {
        // It was closed here meanwhile.
      } else if (packet.type === "data") {
        take(session, packet.stream, stream, packet.bytes);
      } else if (packet.type === "continue") {
        stream.credit = packet.packets;
        stream.resume?.();
      } else {
        session.streams.delete(packet.stream);
        if (packet.code === WISP_CLOSE_VOLUNTARY) stream.incoming.close();
        else drop(session, stream, new EngineError("unavailable", packet.reason));
        stream.resume?.();
      }
    }
  } catch (cause) {
    session.socket.close();
    return new EngineError("unavailable", `the relay failed: ${messageOf(cause)}`, { cause });
  }
  return new EngineError("unavailable", "the relay has ended the connection");
}

function take(session: Session, id: number, stream: WispStream, bytes: Uint8Array): void {
  if (session.waitingBytes + bytes.byteLength > WAITING_MOST_BYTES) {
    session.streams.delete(id);
    session.socket.send(wispClose(id));
    drop(session, stream, new EngineError("unavailable", "more came than was taken in time"));
    stream.resume?.();
    return;
  }
  stream.waitingBytes += bytes.byteLength;
  session.waitingBytes += bytes.byteLength;
  stream.incoming.enqueue(bytes);
}

/** What waits of it is gone. */
function drop(session: Session, stream: WispStream, error: EngineError): void {
  session.waitingBytes -= stream.waitingBytes;
  stream.waitingBytes = 0;
  stream.incoming.error(error);
}

function end(session: Session, error: EngineError): void {
  session.ended = error;
  const streams = [...session.streams.values()];
  session.streams.clear();
  for (const stream of streams) {
    stream.incoming.error(error);
    stream.resume?.();
  }
}
