// A client's WebSocket frames (RFC 6455, section 5), pushed in as they come: cut anywhere, content passed on piece by piece.

import { EngineError } from "../../base/errors.ts";

export const OPCODES = { CONTINUATION: 0, TEXT: 1, BINARY: 2, CLOSE: 8, PING: 9, PONG: 10 } as const;

/** Of a control frame: section 5.5. */
const LONGEST_CONTROL_BYTES = 125;
const LONGEST_HEAD_BYTES = 14;

export interface FrameHandler {
  /** A piece of a message's content. */
  data(bytes: Uint8Array): void;
  ping(payload: Uint8Array): void;
  close(payload: Uint8Array): void;
}

interface OpenFrame {
  readonly opcode: number;
  readonly mask: Uint8Array;
  readonly lengthBytes: number;
  /** Bytes of the payload seen so far. */
  position: number;
}

export class FrameDecoder {
  readonly #handler: FrameHandler;
  readonly #head = new Uint8Array(LONGEST_HEAD_BYTES);
  #headFill = 0;
  #frame: OpenFrame | undefined;
  readonly #control = new Uint8Array(LONGEST_CONTROL_BYTES);
  #inMessage = false;
  #closed = false;

  constructor(handler: FrameHandler) {
    this.#handler = handler;
  }

  /** Throws EngineError("corrupt") for what a client may not send. After a close everything is ignored. */
  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.byteLength && !this.#closed; ) {
      if (this.#frame === undefined) {
        this.#head[this.#headFill++] = bytes[at++]!;
        this.#frame = this.#readHead();
      } else at += this.#takePayload(this.#frame, bytes.subarray(at));
      if (this.#frame?.position === this.#frame?.lengthBytes) this.#endFrame();
    }
  }

  #readHead(): OpenFrame | undefined {
    const [first = 0, second = 0] = this.#head;
    const shortLength = second & 0x7f;
    const lengthAt = 2;
    const lengthBytes = shortLength === 126 ? 2 : shortLength === 127 ? 8 : 0;
    if (this.#headFill < lengthAt) return undefined;
    if ((second & 0x80) === 0) throw invalid("a client's frame must be masked");
    if (this.#headFill < lengthAt + lengthBytes + 4) return undefined;
    const length = lengthBytes === 0 ? shortLength : this.#number(lengthAt, lengthBytes);
    this.#headFill = 0;
    this.#checkHead(first, length);
    const maskAt = lengthAt + lengthBytes;
    return {
      opcode: first & 0x0f,
      mask: this.#head.slice(maskAt, maskAt + 4),
      lengthBytes: length,
      position: 0,
    };
  }

  #number(at: number, count: number): number {
    let value = 0;
    for (let index = 0; index < count; index++) value = value * 256 + this.#head[at + index]!;
    if (!Number.isSafeInteger(value)) throw invalid("a frame is too long");
    return value;
  }

  #checkHead(first: number, length: number): void {
    const opcode = first & 0x0f;
    const isLast = (first & 0x80) !== 0;
    if ((first & 0x70) !== 0) throw invalid("a reserved bit is set");
    if (!(Object.values(OPCODES) as number[]).includes(opcode)) throw invalid(`unknown opcode ${opcode}`);
    if (opcode >= OPCODES.CLOSE) {
      if (!isLast || length > LONGEST_CONTROL_BYTES) throw invalid("a control frame is too long");
      return;
    }
    if ((opcode === OPCODES.CONTINUATION) !== this.#inMessage) throw invalid("fragments are out of order");
    this.#inMessage = !isLast;
  }

  #takePayload(frame: OpenFrame, bytes: Uint8Array): number {
    const count = Math.min(bytes.byteLength, frame.lengthBytes - frame.position);
    const isControl = frame.opcode >= OPCODES.CLOSE;
    const target = isControl ? this.#control : new Uint8Array(count);
    const offset = isControl ? frame.position : 0;
    for (let index = 0; index < count; index++)
      target[offset + index] = bytes[index]! ^ frame.mask[(frame.position + index) % 4]!;
    frame.position += count;
    if (!isControl && count > 0) this.#handler.data(target);
    return count;
  }

  #endFrame(): void {
    const frame = this.#frame;
    if (frame === undefined) return;
    this.#frame = undefined;
    const payload = this.#control.slice(0, frame.lengthBytes);
    if (frame.opcode === OPCODES.PING) this.#handler.ping(payload);
    else if (frame.opcode === OPCODES.CLOSE) {
      this.#closed = true;
      this.#handler.close(payload);
    }
  }
}

function invalid(message: string): EngineError {
  return new EngineError("corrupt", `invalid WebSocket frame: ${message}`);
}
