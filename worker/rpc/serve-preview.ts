// A preview's request as it comes from its service worker: the request with a port, on which the answer's head and then its bytes go back.

import { EngineError, messageOf } from "../base/errors.ts";
import type { PreviewProxy } from "../preview/preview-proxy.ts";
import { WebSocketConnection } from "../preview/web-socket.ts";
import { AckWindow } from "./ack-window.ts";
import { bytePort } from "./byte-port.ts";
import type {
  CookieAnswer,
  PreviewHead,
  PreviewMessage,
  PreviewRequestFields,
  PreviewSocketFields,
  SocketFromPage,
  SocketToPage,
} from "./protocol.ts";
import { remoteErrorFields } from "./transfer.ts";

const SOCKET_WINDOW_BYTES = 4 * 1_048_576;

/** Never rejects: what fails is told on the port. `proxy`: undefined while no machine runs. */
export async function servePreview(
  proxy: PreviewProxy | undefined,
  machinePort: number,
  message: PreviewMessage,
  port: MessagePort,
): Promise<void> {
  if (message.type === "request") return serveRequest(proxy, machinePort, message.request, port);
  if (message.type === "socket") return serveSocket(proxy, machinePort, message.socket, port);
  const jar = proxy?.jar(machinePort);
  if (message.text !== "") jar?.set(message.text, message.target, true);
  port.postMessage({ type: "cookie", text: jar?.header(message.target, true) ?? "" } satisfies CookieAnswer);
  port.close();
}

async function serveRequest(
  proxy: PreviewProxy | undefined,
  machinePort: number,
  request: PreviewRequestFields,
  port: MessagePort,
): Promise<void> {
  const bytes = bytePort(port);
  void bytes.readable.cancel();
  const tell = (head: PreviewHead) => port.postMessage(head);
  // A service worker that is ended says nothing; browsers that notice close the port.
  port.addEventListener("close", () => bytes.drop("The preview is gone"));
  try {
    if (proxy === undefined) throw new EngineError("unavailable", "The machine is not running");
    const { status, reason, headers, body } = await proxy.fetch(
      { ...request, port: machinePort },
      bytes.dropped,
    );
    tell({ type: "head", status, reason, headers, hasBody: body !== null });
    await (body ?? new Blob([]).stream()).pipeTo(bytes.writable);
  } catch (error) {
    if (!bytes.dropped.aborted) tell({ type: "failed", ...remoteErrorFields(error) });
    bytes.drop(messageOf(error));
  }
}

async function serveSocket(
  proxy: PreviewProxy | undefined,
  machinePort: number,
  { target, protocols }: PreviewSocketFields,
  port: MessagePort,
): Promise<void> {
  const gone = new AbortController();
  const window = new AckWindow(SOCKET_WINDOW_BYTES);
  const tell = (message: SocketToPage) => port.postMessage(message);
  let socket: WebSocketConnection | undefined;
  let sending = Promise.resolve();
  port.addEventListener("message", ({ data }: MessageEvent<SocketFromPage>) => {
    if (data.type === "ack") window.acknowledge(data.bytes);
    else if (data.type === "send")
      sending = sending.then(() => socket?.send(data.data)).catch(() => void socket?.abort());
    else if (data.type === "close")
      sending = sending.then(() => socket?.close(data.code, data.reason)).catch(() => void socket?.abort());
  });
  port.addEventListener("close", () => {
    gone.abort();
    void socket?.abort();
  });
  port.start();
  try {
    if (proxy === undefined) throw new EngineError("unavailable", "The machine is not running");
    const cookie = proxy.jar(machinePort).header(target);
    if (
      !/^\/[\x21-\x7e]{0,65535}$/.test(target) ||
      protocols.some((name) => !/^[\w.!#$%&'*+^`|~-]+$/.test(name))
    )
      throw new EngineError("invalid-argument", "not a WebSocket's address");
    socket = await WebSocketConnection.open(await proxy.connect(machinePort, gone.signal), {
      target,
      protocols,
      headers: [
        ["Host", `localhost:${machinePort}`],
        ["Origin", `http://localhost:${machinePort}`],
        ...(cookie === "" ? [] : [["Cookie", cookie] as const]),
      ],
    });
    tell({ type: "open", protocol: socket.protocol });
    for await (const event of socket.events()) {
      if (event.type === "message") {
        await window.room(gone.signal);
        window.sent(typeof event.data === "string" ? event.data.length : event.data.byteLength);
      }
      tell(event);
    }
  } catch {
    void socket?.abort();
    tell({ type: "close", code: 1006, reason: "" });
  }
  port.close();
}
