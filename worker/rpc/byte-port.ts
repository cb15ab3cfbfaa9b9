// A MessagePort as a byte duplex, for either side of the worker: bodies of the Engine API, hijacked connections, the
// streams of a command. Each direction has a window of bytes that its reader has not taken yet, ends by itself (a
// half-close), and breaks when its reader cancels or its writer aborts. (Transferred streams are not in every browser.)

import { EngineError, messageOf } from "../base/errors.ts";
import type { ByteDuplex } from "../base/streams.ts";
import { AckWindow } from "./ack-window.ts";

/** At most so many bytes of a direction are under way. */
export const BYTE_PORT_WINDOW_BYTES = 1024 * 1024;

/** `cancel`: whoever reads wants no more; `abort`: what was sent is not whole; `drop`: the exchange is given up. */
export type BytePortMessage =
  | { readonly type: "data"; readonly bytes: Uint8Array }
  | { readonly type: "ack"; readonly bytes: number }
  | { readonly type: "end" }
  | { readonly type: "abort"; readonly reason: string }
  | { readonly type: "cancel" }
  | { readonly type: "drop"; readonly reason: string };

export interface BytePort extends ByteDuplex {
  /** Aborted when the peer has given up the exchange. */
  readonly dropped: AbortSignal;
  /** Gives up both directions and tells the peer. A no-op once both have ended. */
  drop(reason: string): void;
}

/** Takes the port over and starts it; closes it when both directions have ended. */
export function bytePort(port: MessagePort, windowBytes = BYTE_PORT_WINDOW_BYTES): BytePort {
  const window = new AckWindow(windowBytes);
  const dropped = new AbortController();
  let incoming: ReadableStreamDefaultController<Uint8Array> | undefined;
  let outgoing: WritableStreamDefaultController | undefined;
  let open = 2;
  const post = (message: BytePortMessage, transfer: Transferable[] = []) =>
    port.postMessage(message, transfer);
  // The last message is still delivered: a port is closed only after what was posted before.
  const ended = () => {
    open--;
    if (open === 0) port.close();
  };
  const endIncoming = (act: (controller: ReadableStreamDefaultController<Uint8Array>) => void) => {
    const controller = incoming;
    if (controller === undefined) return;
    incoming = undefined;
    act(controller);
    ended();
  };
  const endOutgoing = (reason?: Error) => {
    const controller = outgoing;
    if (controller === undefined) return;
    outgoing = undefined;
    window.close(reason ?? new EngineError("cancelled", "The stream has ended"));
    if (reason !== undefined) controller.error(reason);
    ended();
  };
  const giveUp = (reason: Error) => {
    endIncoming((controller) => controller.error(reason));
    endOutgoing(reason);
  };

  const taken: number[] = [];
  const readable = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        incoming = controller;
      },
      pull() {
        // What was queued before this pull has been taken.
        for (const bytes of taken.splice(0)) post({ type: "ack", bytes });
      },
      cancel() {
        endIncoming(() => post({ type: "cancel" }));
      },
    },
    { highWaterMark: 1, size: () => 1 },
  );

  const writable = new WritableStream<Uint8Array>({
    start(controller) {
      outgoing = controller;
    },
    async write(chunk, controller) {
      for (let offset = 0; offset < chunk.byteLength; ) {
        const room = await window.room(controller.signal);
        const bytes = chunk.slice(offset, offset + room);
        offset += bytes.byteLength;
        window.sent(bytes.byteLength);
        post({ type: "data", bytes }, [bytes.buffer]);
      }
    },
    close() {
      post({ type: "end" });
      endOutgoing();
    },
    abort(reason) {
      if (outgoing !== undefined) post({ type: "abort", reason: messageOf(reason ?? "aborted") });
      endOutgoing();
    },
  });

  port.addEventListener("message", ({ data }: MessageEvent<BytePortMessage>) => {
    if (data.type === "data") {
      if (incoming === undefined) return;
      taken.push(data.bytes.byteLength);
      incoming.enqueue(data.bytes);
    } else if (data.type === "ack") window.acknowledge(data.bytes);
    else if (data.type === "end") endIncoming((controller) => controller.close());
    else if (data.type === "abort")
      endIncoming((controller) => controller.error(new EngineError("cancelled", data.reason)));
    else if (data.type === "cancel") endOutgoing(new EngineError("cancelled", "The reader wants no more"));
    else if (data.type === "drop") {
      const reason = new EngineError("cancelled", data.reason);
      giveUp(reason);
      dropped.abort(reason);
    }
  });
  port.start();

  return {
    readable,
    writable,
    dropped: dropped.signal,
    drop(reason) {
      if (open === 0) return;
      post({ type: "drop", reason });
      giveUp(new EngineError("cancelled", reason));
    },
  };
}
