// The engine's networks.

import type {
  WireConnectNetwork,
  WireCreatedNetwork,
  WireCreateNetwork,
  WireDisconnectNetwork,
  WireNetwork,
  WireNetworksPruned,
} from "../../worker/rpc/docker-wire.ts";
import type { DockerRequests } from "./docker-request.ts";

export class Networks {
  readonly #requests: DockerRequests;

  constructor(requests: DockerRequests) {
    this.#requests = requests;
  }

  list(): Promise<WireNetwork[]> {
    return this.#requests.json("GET", "/networks");
  }

  /** With the containers that run on it. */
  inspect(id: string): Promise<WireNetwork> {
    return this.#requests.json("GET", `/networks/${encodeURIComponent(id)}`);
  }

  create(network: WireCreateNetwork): Promise<WireCreatedNetwork> {
    return this.#requests.json("POST", "/networks/create", { json: network });
  }

  remove(id: string): Promise<void> {
    return this.#requests.done("DELETE", `/networks/${encodeURIComponent(id)}`);
  }

  connect(id: string, connection: WireConnectNetwork): Promise<void> {
    return this.#requests.done("POST", `/networks/${encodeURIComponent(id)}/connect`, { json: connection });
  }

  disconnect(id: string, connection: WireDisconnectNetwork): Promise<void> {
    return this.#requests.done("POST", `/networks/${encodeURIComponent(id)}/disconnect`, {
      json: connection,
    });
  }

  prune(): Promise<WireNetworksPruned> {
    return this.#requests.json("POST", "/networks/prune");
  }
}
