// The page's end of one terminal: bytes from the port into xterm, and back an acknowledgement of what xterm has parsed,
// which is what lets the worker send more. While xterm is busy, what arrives is gathered into larger writes.

import type { TerminalMessage } from "../../worker/rpc/protocol.ts";

/** One write is at most so long, so that parsing it never holds up a frame. */
const MAX_WRITE_BYTES = 64 * 1024;

export interface TerminalScreen {
  /** Calls `done` when `bytes` have been parsed. */
  write(bytes: Uint8Array, done: () => void): void;
}

export class TerminalLink {
  readonly #port: MessagePort;
  readonly #screen: TerminalScreen;
  readonly #onExit: (code: number) => void;
  readonly #encoder = new TextEncoder();
  #waiting: Uint8Array[] = [];
  #writing = false;
  #exitCode: number | undefined;
  #open = true;

  /** Starts the port. `onExit` is called after everything printed before it is on the screen. */
  constructor(port: MessagePort, screen: TerminalScreen, onExit: (code: number) => void) {
    this.#port = port;
    this.#screen = screen;
    this.#onExit = onExit;
    port.addEventListener("message", this.#receive);
    port.start();
  }

  /** What is typed or pasted. */
  send(text: string): void {
    this.sendBytes(this.#encoder.encode(text));
  }

  sendBytes(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#open) this.#post({ type: "data", bytes }, [bytes.buffer]);
  }

  /** Nothing is written, sent or called back after this. */
  close(): void {
    this.#open = false;
    this.#waiting = [];
    this.#port.removeEventListener("message", this.#receive);
    this.#port.close();
  }

  readonly #receive = ({ data }: MessageEvent<TerminalMessage>) => {
    if (data.type === "data") this.#waiting.push(data.bytes);
    else if (data.type === "exit") this.#exitCode = data.code;
    if (!this.#writing) this.#writeNext();
  };

  #writeNext(): void {
    const bytes = this.#gather();
    if (bytes === undefined) {
      if (this.#exitCode !== undefined) this.#finish(this.#exitCode);
      return;
    }
    this.#writing = true;
    this.#screen.write(bytes, () => {
      this.#writing = false;
      if (!this.#open) return;
      this.#post({ type: "ack", bytes: bytes.byteLength });
      this.#writeNext();
    });
  }

  /** The next write: as many of the waiting chunks as fit, at least one. */
  #gather(): Uint8Array | undefined {
    let count = 0;
    let total = 0;
    for (const chunk of this.#waiting) {
      if (count > 0 && total + chunk.byteLength > MAX_WRITE_BYTES) break;
      total += chunk.byteLength;
      count++;
    }
    const chunks = this.#waiting.splice(0, count);
    if (chunks.length < 2) return chunks[0];
    const joined = new Uint8Array(total);
    let offset = 0;
    for (const chunk of chunks) {
      joined.set(chunk, offset);
      offset += chunk.byteLength;
    }
    return joined;
  }

  #finish(code: number): void {
    this.close();
    this.#onExit(code);
  }

  #post(message: TerminalMessage, transfer: Transferable[] = []): void {
    this.#port.postMessage(message, transfer);
  }
}
