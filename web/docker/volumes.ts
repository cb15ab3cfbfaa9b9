// The engine's volumes.

import type {
  WireCreateVolume,
  WireVolume,
  WireVolumeList,
  WireVolumesPruned,
} from "../../worker/rpc/docker-wire.ts";
import type { DockerRequests } from "./docker-request.ts";

export class Volumes {
  readonly #requests: DockerRequests;

  constructor(requests: DockerRequests) {
    this.#requests = requests;
  }

  async list(): Promise<WireVolume[]> {
    return (await this.#requests.json<WireVolumeList>("GET", "/volumes")).Volumes;
  }

  create(volume: WireCreateVolume): Promise<WireVolume> {
    return this.#requests.json("POST", "/volumes/create", { json: volume });
  }

  inspect(name: string): Promise<WireVolume> {
    return this.#requests.json("GET", `/volumes/${encodeURIComponent(name)}`);
  }

  remove(name: string): Promise<void> {
    return this.#requests.done("DELETE", `/volumes/${encodeURIComponent(name)}`);
  }

  prune(): Promise<WireVolumesPruned> {
    return this.#requests.json("POST", "/volumes/prune");
  }
}
