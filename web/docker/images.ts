// The engine's images: one method a verb of the API.

import type {
  WireImageDeleted,
  WireImageHistoryItem,
  WireImageInspect,
  WireImageSummary,
  WireImagesPruned,
  WireProgress,
} from "../../worker/rpc/docker-wire.ts";
import type { DockerRequests } from "./docker-request.ts";

export class Images {
  readonly #requests: DockerRequests;

  constructor(requests: DockerRequests) {
    this.#requests = requests;
  }

  list(options: { all?: boolean } = {}): Promise<WireImageSummary[]> {
    return this.#requests.json("GET", "/images/json", { query: options });
  }

  inspect(name: string): Promise<WireImageInspect> {
    return this.#requests.json("GET", `${path(name)}/json`);
  }

  /** Newest step first. */
  history(name: string): Promise<WireImageHistoryItem[]> {
    return this.#requests.json("GET", `${path(name)}/history`);
  }

  tag(name: string, repository: string, tag: string): Promise<void> {
    return this.#requests.done("POST", `${path(name)}/tag`, { query: { repo: repository, tag } });
  }

  remove(name: string, options: { force?: boolean } = {}): Promise<WireImageDeleted[]> {
    return this.#requests.json("DELETE", path(name), { query: options });
  }

  prune(): Promise<WireImagesPruned> {
    return this.#requests.json("POST", "/images/prune");
  }

  /** What happens, layer by layer; a failure after the start is an object with `error`. */
  pull(reference: string, signal?: AbortSignal): AsyncGenerator<WireProgress> {
    const [, name = reference, tag = "latest"] = /^(.*?)(?::([\w.-]+))?$/.exec(reference) ?? [];
    return this.#requests.stream("POST", "/images/create", { query: { fromImage: name, tag }, signal });
  }

  /** An archive as `docker save` writes it. */
  load(archive: ReadableStream<Uint8Array>, signal?: AbortSignal): AsyncGenerator<WireProgress> {
    return this.#requests.stream("POST", "/images/load", {
      body: archive,
      contentType: "application/x-tar",
      signal,
    });
  }
}

/** Slashes of a name stay: routes take them. */
function path(name: string): string {
  return `/images/${name.split("/").map(encodeURIComponent).join("/")}`;
}
