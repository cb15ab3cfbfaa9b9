// Every stream between worker and guest, over one link: opens ours, hands out the guest's, and routes frames to them.

import { EngineError, type EngineErrorCode } from "../base/errors.ts";
import { concatBytes } from "../base/streams.ts";
import { ArgumentReader } from "./arguments.ts";
import { FRAME_TYPES, type Frame, MAX_MESSAGE_BYTES, MAX_PAYLOAD_BYTES, PROTOCOL_VERSION } from "./frames.ts";
import type { GuestPort } from "./guest-port.ts";
import { GuestStream, type GuestStreamShape } from "./guest-stream.ts";
import { Link } from "./link.ts";

/** What arrives before the agent has opened its port is discarded by the guest's driver. */
const HELLO_RETRY_MS = 500;

/** A failed OPEN: `errno` as Linux numbers it. */
export class GuestError extends EngineError {
  readonly errno: number;

  constructor(errno: number, message: string) {
    super(CODES[errno] ?? "internal", message);
    this.errno = errno;
  }
}

const CODES: Record<number, EngineErrorCode> = {
  1: "forbidden",
  2: "not-found",
  13: "forbidden",
  17: "conflict",
  20: "not-found",
  22: "invalid-argument",
  28: "out-of-space",
  111: "unavailable",
};

interface Pending {
  readonly stream: GuestStream;
  readonly parts: Uint8Array[];
  readonly resolve: (answer: Uint8Array) => void;
  readonly reject: (error: EngineError) => void;
}

/** Called for a stream that the guest opens: its kind and arguments; returns its shape and what to do with it. */
export type AcceptGuestStream = (
  kind: number,
  args: ArgumentReader,
) => { readonly shape: GuestStreamShape; readonly start: (stream: GuestStream) => void } | undefined;

export class Channel {
  readonly #link: Link;
  readonly #accept: AcceptGuestStream;
  readonly #streams = new Map<number, GuestStream>();
  readonly #pending = new Map<number, Pending>();
  readonly #guestParts = new Map<number, Uint8Array[]>();
  #nextId = 2;
  #hello: ((version: number) => void) | undefined;
  #ended: EngineError | undefined;

  constructor(port: GuestPort, accept: AcceptGuestStream) {
    this.#accept = accept;
    this.#link = new Link(port, (frame) => this.#receive(frame));
  }

  /** The number of streams that are open. */
  get streamCount(): number {
    return this.#streams.size;
  }

  /** Greets the agent, which drops every stream it knew. Resolves with its answer. */
  async hello(): Promise<void> {
    const payload = new Uint8Array(4);
    new DataView(payload.buffer).setUint32(0, PROTOCOL_VERSION, true);
    const version = await new Promise<number>((resolve, reject) => {
      const greet = () => {
        if (this.#ended) reject(this.#ended);
        else this.#link.send(FRAME_TYPES.HELLO, 0, 0, payload);
      };
      const again = setInterval(greet, HELLO_RETRY_MS);
      this.#hello = (answered) => {
        clearInterval(again);
        resolve(answered);
      };
      greet();
    });
    if (version !== PROTOCOL_VERSION) {
      throw new EngineError(
        "internal",
        `The guest speaks version ${version} of the channel, not ${PROTOCOL_VERSION}`,
      );
    }
  }

  /** Opens a stream; resolves with it and the guest's answer. Rejects with GuestError. */
  async open(
    kind: number,
    args: Uint8Array,
    shape: GuestStreamShape,
  ): Promise<{ stream: GuestStream; answer: ArgumentReader }> {
    if (this.#ended) throw this.#ended;
    const id = this.#nextId;
    this.#nextId += 2;
    const stream = this.#add(id, shape);
    const answer = await new Promise<Uint8Array>((resolve, reject) => {
      this.#pending.set(id, { stream, parts: [], resolve, reject });
      this.#sendMessage(id, concatBytes([Uint8Array.of(kind), args]));
    });
    return { stream, answer: new ArgumentReader(answer) };
  }

  /** The machine is gone: everything that waits on it fails with `error`. */
  end(error: EngineError): void {
    this.#ended = error;
    this.#link.dispose();
    for (const pending of this.#pending.values()) pending.reject(error);
    this.#pending.clear();
    for (const stream of [...this.#streams.values()]) stream.end(error);
  }

  #add(id: number, shape: GuestStreamShape): GuestStream {
    const stream = new GuestStream(id, shape, (type, channel, streamId, payload) =>
      this.#link.send(type, channel, streamId, payload),
    );
    stream.onClosed = () => {
      this.#streams.delete(id);
    };
    this.#streams.set(id, stream);
    return stream;
  }

  #sendMessage(id: number, message: Uint8Array): void {
    if (message.byteLength > MAX_MESSAGE_BYTES)
      throw new RangeError(`A message of ${message.byteLength} bytes`);
    let rest = message;
    for (; rest.byteLength > MAX_PAYLOAD_BYTES; rest = rest.subarray(MAX_PAYLOAD_BYTES)) {
      this.#link.send(FRAME_TYPES.PART, 0, id, rest.subarray(0, MAX_PAYLOAD_BYTES));
    }
    this.#link.send(FRAME_TYPES.OPEN, 0, id, rest);
  }

  #receive(frame: Frame): void {
    const { type, channel, stream: id, payload } = frame;
    if (type === FRAME_TYPES.HELLO) {
      this.#hello?.(
        payload.byteLength >= 4 ? new DataView(payload.buffer, payload.byteOffset).getUint32(0, true) : 0,
      );
    } else if (id % 2 === 1 && (type === FRAME_TYPES.OPEN || type === FRAME_TYPES.PART)) {
      this.#receiveOpen(type, id, payload);
    } else if (type === FRAME_TYPES.RESULT || type === FRAME_TYPES.PART) {
      this.#receiveResult(type, id, payload);
    } else {
      this.#streams.get(id)?.handle(type, channel, payload);
    }
  }

  #receiveResult(type: number, id: number, payload: Uint8Array): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    pending.parts.push(payload);
    if (type === FRAME_TYPES.PART) return;
    this.#pending.delete(id);
    const answer = new ArgumentReader(concatBytes(pending.parts));
    const errno = answer.u32();
    if (errno === 0) {
      pending.resolve(answer.rest());
      return;
    }
    const error = new GuestError(errno, new TextDecoder().decode(answer.rest()));
    pending.stream.end(error);
    pending.reject(error);
  }

  #receiveOpen(type: number, id: number, payload: Uint8Array): void {
    const parts = this.#guestParts.get(id) ?? [];
    parts.push(payload);
    if (type === FRAME_TYPES.PART) {
      this.#guestParts.set(id, parts);
      return;
    }
    this.#guestParts.delete(id);
    const args = new ArgumentReader(concatBytes(parts));
    const accepted = this.#accept(args.u8(), args);
    if (accepted) accepted.start(this.#add(id, accepted.shape));
    else this.#link.send(FRAME_TYPES.CLOSE, 0, id, new Uint8Array(0));
  }
}
