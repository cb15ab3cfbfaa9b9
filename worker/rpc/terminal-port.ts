// The worker's end of one terminal: a MessagePort as a byte duplex, with a window of unacknowledged bytes, so that a
// program that prints without end waits for xterm instead of filling the page's memory, and Ctrl-C is not queued
// behind megabytes. The messages are those of protocol.ts.

import type { ByteDuplex } from "../base/streams.ts";
import { AckWindow } from "./ack-window.ts";
import type { TerminalMessage } from "./protocol.ts";

/** At most so many bytes are under way to xterm. */
export const TERMINAL_WINDOW_BYTES = 768 * 1024;

export interface TerminalPort extends ByteDuplex {
  /** Says that the shell has ended and closes the port. Whoever wants all output seen closes `writable` first. */
  exit(code: number): void;
  /** Closes the port without a word: the terminal has been closed by the page. Pending writes reject, `readable` ends. */
  close(): void;
}

/** `readable` yields what is typed, `writable` goes to the screen. Takes the port over and starts it. */
export function terminalPort(port: MessagePort, windowBytes = TERMINAL_WINDOW_BYTES): TerminalPort {
  const window = new AckWindow(windowBytes);
  let keys: ReadableStreamDefaultController<Uint8Array> | undefined;
  const post = (message: TerminalMessage, transfer: Transferable[] = []) =>
    port.postMessage(message, transfer);

  const end = (reason: Error) => {
    window.close(reason);
    keys?.close();
    keys = undefined;
    port.close();
  };

  const readable = new ReadableStream<Uint8Array>({
    start(controller) {
      keys = controller;
    },
    cancel() {
      keys = undefined;
    },
  });

  const writable = new WritableStream<Uint8Array>({
    async write(chunk, controller) {
      for (let offset = 0; offset < chunk.byteLength; ) {
        const room = await window.room(controller.signal);
        const bytes = chunk.slice(offset, offset + room);
        offset += bytes.byteLength;
        window.sent(bytes.byteLength);
        post({ type: "data", bytes }, [bytes.buffer]);
      }
    },
  });

  port.addEventListener("message", ({ data }: MessageEvent<TerminalMessage>) => {
    if (data.type === "ack") window.acknowledge(data.bytes);
    else if (data.type === "data") keys?.enqueue(data.bytes);
  });
  port.start();

  return {
    readable,
    writable,
    exit(code) {
      post({ type: "exit", code });
      end(new Error("The shell has ended"));
    },
    close: () => end(new Error("The terminal was closed")),
  };
}
