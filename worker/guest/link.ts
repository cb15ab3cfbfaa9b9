// Frames over the console port. The port loses what the guest has no buffer for, so what cannot be sent waits here in order and is
// tried again whenever the guest says something, and by a timer: the guest posts buffers without telling.

import { Disposables } from "../base/disposables.ts";
import { encodeFrame, type Frame, GUEST_BUFFER_BYTES, HEADER_BYTES, MAX_PAYLOAD_BYTES } from "./frames.ts";
import type { GuestPort } from "./guest-port.ts";

const RETRY_MS = 1;

export class Link {
  readonly #port: GuestPort;
  readonly #onFrame: (frame: Frame) => void;
  readonly #disposables = new Disposables();
  readonly #waiting: Uint8Array[] = [];
  #waitingOffset = 0;
  #incoming: Uint8Array = new Uint8Array(0);
  #retry: ReturnType<typeof setTimeout> | undefined;
  #scheduled = false;

  constructor(port: GuestPort, onFrame: (frame: Frame) => void) {
    this.#port = port;
    this.#onFrame = onFrame;
    this.#disposables.add(port.onBytes((bytes) => this.#receive(bytes)));
    this.#disposables.add(() => clearTimeout(this.#retry));
  }

  dispose(): void {
    this.#disposables.dispose();
    this.#waiting.length = 0;
  }

  /** Bytes that still wait for the guest. */
  get waitingBytes(): number {
    return this.#waiting.reduce((sum, frame) => sum + frame.byteLength, -this.#waitingOffset);
  }

  /** Frames of one turn leave together, in as few buffers as they fill. */
  send(type: number, channel: number, stream: number, payload: Uint8Array): void {
    if (this.#disposables.disposed) return;
    this.#waiting.push(encodeFrame(type, channel, stream, payload));
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    while (this.#waiting.length > 0) {
      const buffer = this.#fillBuffer();
      if (!this.#port.send(buffer.bytes)) {
        this.#retry ??= setTimeout(() => {
          this.#retry = undefined;
          this.#flush();
        }, RETRY_MS);
        return;
      }
      this.#waiting.splice(0, buffer.wholeFrames);
      this.#waitingOffset = buffer.offset;
    }
  }

  /** The next buffer's bytes, and where the queue stands once they are sent. */
  #fillBuffer(): { bytes: Uint8Array; wholeFrames: number; offset: number } {
    const bytes = new Uint8Array(GUEST_BUFFER_BYTES);
    let filled = 0;
    let offset = this.#waitingOffset;
    let wholeFrames = 0;
    for (const frame of this.#waiting) {
      const part = frame.subarray(offset, offset + GUEST_BUFFER_BYTES - filled);
      bytes.set(part, filled);
      filled += part.byteLength;
      offset += part.byteLength;
      if (offset < frame.byteLength) break;
      offset = 0;
      wholeFrames++;
      if (filled === GUEST_BUFFER_BYTES) break;
    }
    return { bytes: bytes.subarray(0, filled), wholeFrames, offset };
  }

  #receive(bytes: Uint8Array): void {
    let rest = bytes;
    if (this.#incoming.byteLength > 0) {
      rest = new Uint8Array(this.#incoming.byteLength + bytes.byteLength);
      rest.set(this.#incoming);
      rest.set(bytes, this.#incoming.byteLength);
    }
    while (rest.byteLength >= HEADER_BYTES) {
      const view = new DataView(rest.buffer, rest.byteOffset, rest.byteLength);
      const length = view.getUint16(0, true);
      if (length > MAX_PAYLOAD_BYTES) throw new RangeError(`The guest sent a frame of ${length} bytes`);
      if (rest.byteLength < HEADER_BYTES + length) break;
      this.#onFrame({
        type: view.getUint8(2),
        channel: view.getUint8(3),
        stream: view.getUint32(4, true),
        payload: rest.subarray(HEADER_BYTES, HEADER_BYTES + length),
      });
      rest = rest.subarray(HEADER_BYTES + length);
    }
    this.#incoming = rest;
    if (this.#waiting.length > 0) this.#flush();
  }
}
