// The engine's containers: one method a verb of the API.

import {
  type Frame,
  frameDecoder,
  type WireContainerInspect,
  type WireContainerStats,
  type WireContainerSummary,
  type WireCreateContainer,
  type WireCreatedContainer,
  type WireTop,
  type WireWait,
} from "../../worker/rpc/docker-wire.ts";
import type { Exchange } from "./docker-endpoint.ts";
import type { DockerRequests } from "./docker-request.ts";

export interface LogOptions {
  readonly follow?: boolean;
  readonly tail?: number;
  readonly timestamps?: boolean;
  readonly signal?: AbortSignal;
}

export class Containers {
  readonly #requests: DockerRequests;

  constructor(requests: DockerRequests) {
    this.#requests = requests;
  }

  list(options: { all?: boolean; size?: boolean } = {}): Promise<WireContainerSummary[]> {
    return this.#requests.json("GET", "/containers/json", { query: options });
  }

  create(config: WireCreateContainer, name?: string): Promise<WireCreatedContainer> {
    return this.#requests.json("POST", "/containers/create", { query: { name }, json: config });
  }

  inspect(id: string): Promise<WireContainerInspect> {
    return this.#requests.json("GET", `${path(id)}/json`);
  }

  start(id: string): Promise<void> {
    return this.#requests.done("POST", `${path(id)}/start`);
  }

  stop(id: string, timeoutSeconds?: number): Promise<void> {
    return this.#requests.done("POST", `${path(id)}/stop`, { query: { t: timeoutSeconds } });
  }

  restart(id: string): Promise<void> {
    return this.#requests.done("POST", `${path(id)}/restart`);
  }

  kill(id: string, signal?: string): Promise<void> {
    return this.#requests.done("POST", `${path(id)}/kill`, { query: { signal } });
  }

  pause(id: string): Promise<void> {
    return this.#requests.done("POST", `${path(id)}/pause`);
  }

  unpause(id: string): Promise<void> {
    return this.#requests.done("POST", `${path(id)}/unpause`);
  }

  rename(id: string, name: string): Promise<void> {
    return this.#requests.done("POST", `${path(id)}/rename`, { query: { name } });
  }

  remove(id: string, options: { force?: boolean; volumes?: boolean } = {}): Promise<void> {
    return this.#requests.done("DELETE", path(id), { query: { force: options.force, v: options.volumes } });
  }

  prune(): Promise<{ ContainersDeleted: string[] | null; SpaceReclaimed: number }> {
    return this.#requests.json("POST", "/containers/prune");
  }

  wait(id: string, signal?: AbortSignal): Promise<WireWait> {
    return this.#requests.json("POST", `${path(id)}/wait`, { signal });
  }

  top(id: string): Promise<WireTop> {
    return this.#requests.json("GET", `${path(id)}/top`);
  }

  resize(id: string, size: { columns: number; rows: number }): Promise<void> {
    return this.#requests.done("POST", `${path(id)}/resize`, { query: { w: size.columns, h: size.rows } });
  }

  /** One sample a second until the loop is left. */
  stats(id: string, signal?: AbortSignal): AsyncGenerator<WireContainerStats> {
    return this.#requests.stream("GET", `${path(id)}/stats`, { query: { stream: true }, signal });
  }

  /** stdout and stderr told apart, unless the container has a terminal: then all is stdout. */
  async logs(id: string, options: LogOptions = {}): Promise<ReadableStream<Frame>> {
    const { follow, tail, timestamps, signal } = options;
    const { readable, headers } = await this.#requests.send("GET", `${path(id)}/logs`, {
      query: { stdout: true, stderr: true, follow, tail, timestamps },
      signal,
    });
    return framesOf(readable, headers);
  }

  /** The connection to a container's streams; `readable` is raw with a terminal, else framed (see frameDecoder). */
  attach(
    id: string,
    options: { stdin?: boolean; logs?: boolean; signal?: AbortSignal } = {},
  ): Promise<Exchange> {
    const { stdin, logs, signal } = options;
    return this.#requests.connect("POST", `${path(id)}/attach`, {
      query: { stream: true, stdout: true, stderr: true, stdin, logs },
      signal,
    });
  }

  /** A tar of `filePath`. */
  async readArchive(id: string, filePath: string, signal?: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const query = { path: filePath };
    return (await this.#requests.send("GET", `${path(id)}/archive`, { query, signal })).readable;
  }

  /** Unpacks a tar into the directory `filePath`. */
  writeArchive(
    id: string,
    filePath: string,
    tar: Uint8Array | ReadableStream<Uint8Array>,
    signal?: AbortSignal,
  ): Promise<void> {
    return this.#requests.done("PUT", `${path(id)}/archive`, {
      query: { path: filePath },
      body: tar,
      contentType: "application/x-tar",
      signal,
    });
  }
}

/** Frames of a framed answer; a raw one is all stdout. */
export function framesOf(readable: ReadableStream<Uint8Array>, headers: Headers): ReadableStream<Frame> {
  if (headers.get("content-type")?.includes("multiplexed")) return readable.pipeThrough(frameDecoder());
  return readable.pipeThrough(
    new TransformStream<Uint8Array, Frame>({
      transform: (bytes, controller) => controller.enqueue({ stream: "stdout", bytes }),
    }),
  );
}

function path(id: string): string {
  return `/containers/${encodeURIComponent(id)}`;
}
