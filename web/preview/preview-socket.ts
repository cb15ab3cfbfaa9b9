// A WebSocket as pages know it (the WebSockets Standard), over a MessagePort to the machine.

import type { PreviewMessage, SocketFromPage, SocketToPage } from "../../worker/rpc/protocol.ts";

const STATES = { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 } as const;
const HANDLERS = ["open", "message", "error", "close"] as const;

export class PreviewSocket extends EventTarget {
  readonly CONNECTING = STATES.CONNECTING;
  readonly OPEN = STATES.OPEN;
  readonly CLOSING = STATES.CLOSING;
  readonly CLOSED = STATES.CLOSED;
  readonly url: string;
  readonly extensions = "";
  readonly bufferedAmount = 0;
  binaryType: BinaryType = "blob";
  protocol = "";
  readyState: number = STATES.CONNECTING;
  onopen: ((event: Event) => void) | null = null;
  onmessage: ((event: MessageEvent) => void) | null = null;
  onerror: ((event: Event) => void) | null = null;
  onclose: ((event: CloseEvent) => void) | null = null;
  readonly #port: MessagePort;
  /** A Blob is read before it is sent, and what follows it waits. */
  #sending: Promise<void> = Promise.resolve();

  constructor(
    address: string | URL,
    protocols: string | string[] | undefined,
    ask: (message: PreviewMessage, port: MessagePort) => void,
  ) {
    super();
    const url = new URL(address, location.href);
    url.protocol = url.protocol.replace(/^http/, "ws");
    if (!/^wss?:$/.test(url.protocol) || url.hash !== "")
      throw new DOMException(`The URL '${address}' is invalid.`, "SyntaxError");
    this.url = url.href;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = ({ data }: MessageEvent<SocketToPage>) => this.#receive(data);
    for (const name of HANDLERS) {
      this.addEventListener(name, (event) => {
        (this[`on${name}`] as ((event: Event) => void) | null)?.call(this, event);
      });
    }
    const list = protocols === undefined ? [] : typeof protocols === "string" ? [protocols] : [...protocols];
    ask({ type: "socket", socket: { target: url.pathname + url.search, protocols: list } }, port2);
  }

  /** As the browser's own is called in checks of a page: `socket instanceof WebSocket`. */
  get [Symbol.toStringTag](): string {
    return "WebSocket";
  }

  send(data: string | Blob | ArrayBuffer | ArrayBufferView): void {
    if (this.readyState === STATES.CONNECTING)
      throw new DOMException("Still in CONNECTING state.", "InvalidStateError");
    if (this.readyState !== STATES.OPEN) return;
    const copied = typeof data === "string" || data instanceof Blob ? data : bytesOf(data);
    this.#sending = this.#sending.then(async () => {
      const ready = copied instanceof Blob ? new Uint8Array(await copied.arrayBuffer()) : copied;
      this.#post({ type: "send", data: ready });
    });
  }

  close(code = 1000, reason = ""): void {
    if (code !== 1000 && (code < 3000 || code > 4999))
      throw new DOMException("The close code must be 1000 or from 3000 to 4999.", "InvalidAccessError");
    if (this.readyState >= STATES.CLOSING) return;
    this.readyState = STATES.CLOSING;
    this.#sending = this.#sending.then(() => this.#post({ type: "close", code, reason }));
  }

  #receive(message: SocketToPage): void {
    if (message.type === "open") {
      if (this.readyState !== STATES.CONNECTING) return;
      this.readyState = STATES.OPEN;
      this.protocol = message.protocol;
      this.dispatchEvent(new Event("open"));
    } else if (message.type === "message") {
      const { data } = message;
      this.#post({ type: "ack", bytes: typeof data === "string" ? data.length : data.byteLength });
      if (this.readyState !== STATES.OPEN) return;
      this.dispatchEvent(
        new MessageEvent("message", { data: this.#shape(data), origin: new URL(this.url).origin }),
      );
    } else {
      const { code, reason } = message;
      const broken = code === 1006;
      this.readyState = STATES.CLOSED;
      this.#port.close();
      if (broken) this.dispatchEvent(new Event("error"));
      this.dispatchEvent(new CloseEvent("close", { code, reason, wasClean: !broken }));
    }
  }

  #shape(data: string | Uint8Array): string | Blob | ArrayBuffer {
    if (typeof data === "string") return data;
    const bytes = bytesOf(data);
    return this.binaryType === "blob" ? new Blob([bytes]) : bytes.buffer;
  }

  #post(message: SocketFromPage): void {
    this.#port.postMessage(message);
  }
}

function bytesOf(data: ArrayBuffer | ArrayBufferView): Uint8Array<ArrayBuffer> {
  return data instanceof ArrayBuffer
    ? new Uint8Array(data.slice(0))
    : new Uint8Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength) as ArrayBuffer);
}
