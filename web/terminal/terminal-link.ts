// The page's end of one terminal: bytes from the port into xterm, and back an acknowledgement of what xterm has parsed,
// which is what lets the worker send more. While xterm is busy, what arrives is gathered into larger writes.

import type { TerminalMessage } from "../../worker/rpc/protocol.ts";

/** One write is at most so long: parsing it takes less than the 50 ms that a person notices. */
const MAX_WRITE_BYTES = 512 * 1024;
/** A write so long is of a flood. */
const FLOOD_BYTES = 16 * 1024;
/** With so much waiting there is no rest: a third of the worker's window, which must not wait for the screen. */
const FULL_BYTES = 256 * 1024;

export interface TerminalScreen {
  /** Calls `done` when `bytes` have been parsed. */
  write(bytes: Uint8Array, done: () => void): void;
}

/** Nothing is drawn then, and timers are slow. */
const isHidden = () => globalThis.document?.hidden ?? false;

export class TerminalLink {
  readonly #port: MessagePort;
  readonly #screen: TerminalScreen;
  readonly #onExit: (code: number) => void;
  readonly #encoder = new TextEncoder();
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #writing = false;
  #typed = false;
  readonly #floodMs: number;
  #pause: ReturnType<typeof setTimeout> | undefined;
  #exitCode: number | undefined;
  #open = true;

  /**
   * Starts the port. `onExit` is called after everything printed before it is on the screen. `floodMs` is the least time from one write of
   * a flood to the next, for a screen that draws after each.
   */
  constructor(port: MessagePort, screen: TerminalScreen, onExit: (code: number) => void, floodMs = 0) {
    this.#port = port;
    this.#floodMs = floodMs;
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
    if (!this.#open) return;
    this.#post({ type: "data", bytes }, [bytes.buffer]);
    // Whoever types wants to see what comes of it.
    this.#typed = true;
    if (this.#pause !== undefined) this.#endPause();
  }

  /** Nothing is written, sent or called back after this. */
  close(): void {
    this.#open = false;
    this.#waiting = [];
    clearTimeout(this.#pause);
    this.#port.removeEventListener("message", this.#receive);
    this.#port.close();
  }

  readonly #receive = ({ data }: MessageEvent<TerminalMessage>) => {
    if (data.type === "data") {
      this.#waiting.push(data.bytes);
      this.#waitingBytes += data.bytes.byteLength;
    } else if (data.type === "exit") this.#exitCode = data.code;
    if (this.#pause !== undefined && this.#waitingBytes >= FULL_BYTES) this.#endPause();
    else if (!this.#writing) this.#writeNext();
  };

  #writeNext(): void {
    const bytes = this.#gather();
    if (bytes === undefined) {
      if (this.#exitCode !== undefined) this.#finish(this.#exitCode);
      return;
    }
    this.#writing = true;
    const begin = performance.now();
    this.#screen.write(bytes, () => {
      if (!this.#open) return;
      this.#post({ type: "ack", bytes: bytes.byteLength });
      const isFull = this.#waitingBytes >= FULL_BYTES;
      const rests = bytes.byteLength >= FLOOD_BYTES && !isFull && !this.#typed && !isHidden();
      const restMs = rests ? this.#floodMs - (performance.now() - begin) : 0;
      if (restMs > 0) this.#pause = setTimeout(() => this.#endPause(), restMs);
      else this.#endPause();
    });
  }

  #endPause(): void {
    clearTimeout(this.#pause);
    this.#pause = undefined;
    this.#typed = false;
    this.#writing = false;
    this.#writeNext();
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
    this.#waitingBytes -= total;
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
