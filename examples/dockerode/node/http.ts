// Node's `http` as far as docker-modem uses it: request() and its three events. Requests go to the engine in this page.

import { Buffer } from "buffer/";
import { Duplex, Readable, Writable } from "readable-stream";
import type { DockerEndpoint, Exchange } from "../../../web/docker/docker-endpoint.ts";

interface RequestOptions {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly signal?: AbortSignal;
}

let endpoint: DockerEndpoint | undefined;

/** Where all requests go; call it before the first. */
export function useEndpoint(chosen: DockerEndpoint): void {
  endpoint = chosen;
}

export function request(options: RequestOptions): Writable {
  return new ClientRequest(options);
}

/** Emits `response`, `upgrade` or `error`, as Node's does. */
class ClientRequest extends Writable {
  readonly #options: RequestOptions;
  readonly #headers: Record<string, string>;
  readonly #end = new AbortController();
  readonly #parts: Uint8Array[] = [];
  #body: WritableStreamDefaultWriter<Uint8Array> | undefined;
  #sent = false;

  constructor(options: RequestOptions) {
    super();
    this.#options = options;
    this.#headers = Object.fromEntries(
      Object.entries(options.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]),
    );
    options.signal?.addEventListener("abort", () => this.destroy(new Error("The request was aborted")));
  }

  setTimeout(): this {
    return this;
  }

  _write(chunk: Uint8Array, _encoding: string, done: (error?: Error) => void): void {
    if (this.#headers["transfer-encoding"] === "chunked" && !this.#upgrades) {
      this.#stream()
        .write(chunk)
        .then(() => done(), done);
      return;
    }
    this.#parts.push(chunk);
    // A hijacked request is not ended: what follows its body is the connection's.
    const bytes = this.#parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
    if (this.#upgrades && bytes >= Number(this.#headers["content-length"] ?? 0)) this.#send();
    done();
  }

  _final(done: (error?: Error) => void): void {
    if (this.#body === undefined) {
      this.#send();
      done();
    } else this.#body.close().then(() => done(), done);
  }

  _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#end.abort();
    done(error);
  }

  get #upgrades(): boolean {
    return this.#headers.upgrade !== undefined;
  }

  #stream(): WritableStreamDefaultWriter<Uint8Array> {
    if (this.#body === undefined) {
      const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
      this.#body = writable.getWriter();
      this.#send(readable);
    }
    return this.#body;
  }

  #send(body: Uint8Array | ReadableStream<Uint8Array> = Buffer.concat(this.#parts)): void {
    if (this.#sent) return;
    this.#sent = true;
    const { method = "GET", path = "/" } = this.#options;
    const headers = { ...this.#headers };
    for (const name of ["connection", "upgrade", "transfer-encoding", "content-length"]) delete headers[name];
    const empty = body instanceof Uint8Array && body.byteLength === 0;
    const sent = { method, target: path, headers, body: empty ? undefined : body, signal: this.#end.signal };
    if (endpoint === undefined) throw new Error("useEndpoint() has not been called");
    const answer = this.#upgrades ? endpoint.connect(sent) : endpoint.exchange(sent);
    answer.then(
      (exchange) => this.#answered(exchange),
      (error: Error) => this.emit("error", error),
    );
  }

  #answered(exchange: Exchange): void {
    const { hijacked } = exchange;
    const stream = hijacked ? duplexOf(exchange) : readableOf(exchange.readable);
    const head = {
      statusCode: exchange.status,
      headers: Object.fromEntries(exchange.headers),
      socket: { destroy: () => this.destroy(), destroySoon() {} },
    };
    if (hijacked) this.emit("upgrade", head, stream, Buffer.alloc(0));
    else this.emit("response", Object.assign(stream, head));
  }
}

function readableOf(source: ReadableStream<Uint8Array>): Readable {
  const reader = source.getReader();
  return new Readable({
    read() {
      pull(this, reader);
    },
    destroy(error, done) {
      void reader.cancel().catch(() => {});
      done(error);
    },
  });
}

function duplexOf({ readable, writable }: Exchange): Duplex {
  const reader = readable.getReader();
  const writer = writable.getWriter();
  return new Duplex({
    read() {
      pull(this, reader);
    },
    write(chunk: Uint8Array, _encoding, done) {
      writer.write(chunk).then(() => done(), done);
    },
    final(done) {
      writer.close().then(() => done(), done);
    },
    destroy(error, done) {
      void reader.cancel().catch(() => {});
      void writer.abort().catch(() => {});
      done(error);
    },
  });
}

function pull(stream: Readable, reader: ReadableStreamDefaultReader<Uint8Array>): void {
  reader.read().then(
    ({ done, value }) => stream.push(done ? null : Buffer.from(value)),
    (error: Error) => stream.destroy(error),
  );
}
