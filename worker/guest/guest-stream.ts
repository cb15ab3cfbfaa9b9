// One stream of the channel as byte streams. Credit is what keeps both sides' memory bounded: towards the guest we wait for it,
// from the guest we give it as the reader takes the bytes.

import { EngineError } from "../base/errors.ts";
import type { ByteConnection } from "../base/streams.ts";
import {
  CHANNELS,
  FRAME_TYPES,
  GUEST_CREDIT_BYTES,
  MAX_PAYLOAD_BYTES,
  WORKER_CREDIT_BYTES,
} from "./frames.ts";

type Send = (type: number, channel: number, payload: Uint8Array) => void;

const NOTHING = new Uint8Array(0);

/** Bytes that the guest sends on one channel. `initialCredit`: what the guest may send without being asked. */
class Incoming {
  readonly readable: ReadableStream<Uint8Array>;
  readonly #send: Send;
  readonly #channel: number;
  readonly #window: number;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  #taken = 0;
  #credit: number;
  #ended = false;

  constructor(send: Send, channel: number, initialCredit: number) {
    this.#send = send;
    this.#channel = channel;
    this.#credit = initialCredit;
    this.#window = WORKER_CREDIT_BYTES;
    this.readable = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => this.#grant(),
        cancel: () => this.#cancel(),
      },
      { highWaterMark: 0, size: (chunk) => chunk.byteLength },
    );
  }

  data(bytes: Uint8Array): void {
    if (this.#ended) return;
    this.#credit -= bytes.byteLength;
    this.#taken += bytes.byteLength;
    this.#controller.enqueue(bytes);
  }

  end(error?: EngineError): void {
    if (this.#ended) return;
    this.#ended = true;
    if (error) this.#controller.error(error);
    else this.#controller.close();
  }

  /** Asked for more, with nothing queued: everything received was taken. */
  #grant(): void {
    if (this.#ended) return;
    const grant = this.#window - this.#credit;
    if (this.#credit > this.#window / 2) return;
    this.#credit += grant;
    const payload = new Uint8Array(4);
    new DataView(payload.buffer).setUint32(0, grant, true);
    this.#send(FRAME_TYPES.CREDIT, this.#channel, payload);
  }

  #cancel(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#send(FRAME_TYPES.EOF, this.#channel, NOTHING);
  }
}

/** Bytes for the guest on one channel. */
class Outgoing {
  readonly writable: WritableStream<Uint8Array>;
  readonly #send: Send;
  readonly #channel: number;
  #credit = GUEST_CREDIT_BYTES;
  #wake: (() => void) | undefined;
  #gone: EngineError | undefined;

  constructor(send: Send, channel: number) {
    this.#send = send;
    this.#channel = channel;
    this.writable = new WritableStream<Uint8Array>(
      {
        write: (bytes) => this.#write(bytes),
        close: () => {
          if (!this.#gone) send(FRAME_TYPES.EOF, channel, NOTHING);
        },
        abort: () => {
          if (!this.#gone) send(FRAME_TYPES.EOF, channel, NOTHING);
        },
      },
      { highWaterMark: MAX_PAYLOAD_BYTES, size: (chunk) => chunk.byteLength },
    );
  }

  grant(bytes: number): void {
    this.#credit += bytes;
    this.#wake?.();
  }

  end(error: EngineError): void {
    this.#gone = error;
    this.#wake?.();
  }

  async #write(bytes: Uint8Array): Promise<void> {
    let offset = 0;
    while (offset < bytes.byteLength) {
      if (this.#gone) throw this.#gone;
      const length = Math.min(this.#credit, MAX_PAYLOAD_BYTES, bytes.byteLength - offset);
      if (length === 0) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#wake = undefined;
        continue;
      }
      this.#credit -= length;
      this.#send(FRAME_TYPES.DATA, this.#channel, bytes.subarray(offset, offset + length));
      offset += length;
    }
  }
}

export interface GuestExit {
  readonly code: number;
  readonly signal: number;
  readonly message: string;
}

/** What a stream is opened with: which channels exist, and how much the guest may send at once. */
export interface GuestStreamShape {
  readonly incoming: readonly number[];
  readonly outgoing: readonly number[];
  /** 0 for a caller's input: nobody may read it before the command line does. */
  readonly incomingCredit?: number;
}

export class GuestStream {
  readonly id: number;
  /** Settles with EXIT; rejects when the stream ends without. */
  readonly exited: Promise<GuestExit>;
  /** CONTROL frames: the payload. */
  onControl: (payload: Uint8Array) => void = () => {};
  onClosed: () => void = () => {};
  readonly #send: (type: number, channel: number, stream: number, payload: Uint8Array) => void;
  readonly #incoming = new Map<number, Incoming>();
  readonly #outgoing = new Map<number, Outgoing>();
  #resolveExit!: (exit: GuestExit) => void;
  #rejectExit!: (error: EngineError) => void;
  #closed = false;

  constructor(
    id: number,
    shape: GuestStreamShape,
    send: (type: number, channel: number, stream: number, payload: Uint8Array) => void,
  ) {
    this.id = id;
    this.#send = send;
    const own: Send = (type, channel, payload) => this.send(type, channel, payload);
    for (const channel of shape.incoming) {
      this.#incoming.set(channel, new Incoming(own, channel, shape.incomingCredit ?? WORKER_CREDIT_BYTES));
    }
    for (const channel of shape.outgoing) this.#outgoing.set(channel, new Outgoing(own, channel));
    this.exited = new Promise((resolve, reject) => {
      this.#resolveExit = resolve;
      this.#rejectExit = reject;
    });
    this.exited.catch(() => {});
  }

  get closed(): boolean {
    return this.#closed;
  }

  readable(channel: number = CHANNELS.OUT): ReadableStream<Uint8Array> {
    const incoming = this.#incoming.get(channel);
    if (!incoming) throw new RangeError(`Stream ${this.id} has no incoming channel ${channel}`);
    return incoming.readable;
  }

  writable(channel: number = CHANNELS.IN): WritableStream<Uint8Array> {
    const outgoing = this.#outgoing.get(channel);
    if (!outgoing) throw new RangeError(`Stream ${this.id} has no outgoing channel ${channel}`);
    return outgoing.writable;
  }

  send(type: number, channel: number, payload: Uint8Array): void {
    if (!this.#closed) this.#send(type, channel, this.id, payload);
  }

  control(payload: Uint8Array): void {
    this.send(FRAME_TYPES.CONTROL, 0, payload);
  }

  /** Ends the stream from this side. Data of its own writers that is still on its way is sent first; a process loses its terminal. */
  /** Both directions of it as a connection. */
  connection(): ByteConnection {
    return { readable: this.readable(), writable: this.writable(), close: () => this.close() };
  }

  close(): void {
    if (this.#closed) return;
    this.send(FRAME_TYPES.CLOSE, 0, NOTHING);
    this.end(new EngineError("cancelled", "closed"));
  }

  /** The guest closed it, or the machine ended: readers see the end, or `error`. */
  end(error?: EngineError): void {
    if (this.#closed) return;
    this.#closed = true;
    const reason = error ?? new EngineError("unavailable", "the connection to the guest was closed");
    for (const incoming of this.#incoming.values()) incoming.end(error);
    for (const outgoing of this.#outgoing.values()) outgoing.end(reason);
    this.#rejectExit(reason);
    this.onClosed();
  }

  handle(type: number, channel: number, payload: Uint8Array): void {
    switch (type) {
      case FRAME_TYPES.DATA:
        this.#incoming.get(channel)?.data(payload);
        break;
      case FRAME_TYPES.EOF:
        this.#incoming.get(channel)?.end();
        break;
      case FRAME_TYPES.CREDIT:
        if (payload.byteLength >= 4) {
          this.#outgoing
            .get(channel)
            ?.grant(new DataView(payload.buffer, payload.byteOffset).getUint32(0, true));
        }
        break;
      case FRAME_TYPES.CONTROL:
        this.onControl(payload);
        break;
      case FRAME_TYPES.EXIT:
        if (payload.byteLength >= 8) this.#exit(payload);
        break;
      case FRAME_TYPES.CLOSE:
        this.end();
        break;
    }
  }

  #exit(payload: Uint8Array): void {
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    this.#resolveExit({
      code: view.getUint32(0, true),
      signal: view.getUint32(4, true),
      message: new TextDecoder().decode(payload.subarray(8)),
    });
  }
}
