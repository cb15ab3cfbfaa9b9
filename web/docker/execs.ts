// Processes started in running containers.

import {
  type Frame,
  frameDecoder,
  type WireCreatedExec,
  type WireCreateExec,
  type WireExecInspect,
} from "../../worker/rpc/docker-wire.ts";
import type { Exchange } from "./docker-endpoint.ts";
import type { DockerRequests } from "./docker-request.ts";

export interface ExecResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export class Execs {
  readonly #requests: DockerRequests;

  constructor(requests: DockerRequests) {
    this.#requests = requests;
  }

  async create(container: string, config: WireCreateExec): Promise<string> {
    const path = `/containers/${encodeURIComponent(container)}/exec`;
    return (await this.#requests.json<WireCreatedExec>("POST", path, { json: config })).Id;
  }

  /** The connection to its streams; `readable` is raw with a terminal, else framed. */
  start(id: string, options: { tty?: boolean; signal?: AbortSignal } = {}): Promise<Exchange> {
    return this.#requests.connect("POST", `/exec/${encodeURIComponent(id)}/start`, {
      json: { Detach: false, Tty: options.tty ?? false },
      signal: options.signal,
    });
  }

  resize(id: string, size: { columns: number; rows: number }): Promise<void> {
    return this.#requests.done("POST", `/exec/${encodeURIComponent(id)}/resize`, {
      query: { w: size.columns, h: size.rows },
    });
  }

  inspect(id: string): Promise<WireExecInspect> {
    return this.#requests.json("GET", `/exec/${encodeURIComponent(id)}/json`);
  }

  /** Runs a command to its end; `stdin` is what it reads. */
  async run(
    container: string,
    argv: readonly string[],
    options: { stdin?: Uint8Array; signal?: AbortSignal } = {},
  ): Promise<ExecResult> {
    const id = await this.create(container, {
      Cmd: [...argv],
      AttachStdin: options.stdin !== undefined,
      AttachStdout: true,
      AttachStderr: true,
    });
    const { readable, writable } = await this.start(id, options);
    const writer = writable.getWriter();
    if (options.stdin !== undefined) void writer.write(options.stdin).catch(() => {});
    void writer.close().catch(() => {});
    const texts = { stdout: "", stderr: "" };
    const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
    await readable.pipeThrough(frameDecoder()).pipeTo(
      new WritableStream<Frame>({
        write({ stream, bytes }) {
          const name = stream === "stderr" ? "stderr" : "stdout";
          texts[name] += decoders[name].decode(bytes, { stream: true });
        },
      }),
    );
    return { exitCode: (await this.inspect(id)).ExitCode ?? 0, ...texts };
  }
}
