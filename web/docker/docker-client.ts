// A typed client of the Engine API, over the endpoint of a sandbox.

import type { WireDiskUsage, WireEvent, WireInfo, WireVersion } from "../../worker/rpc/docker-wire.ts";
import { Containers } from "./containers.ts";
import type { DockerEndpoint } from "./docker-endpoint.ts";
import { DockerRequests } from "./docker-request.ts";
import { Execs } from "./execs.ts";
import { Images } from "./images.ts";
import { Networks } from "./networks.ts";
import { Volumes } from "./volumes.ts";

export class DockerClient {
  readonly requests: DockerRequests;
  readonly containers: Containers;
  readonly execs: Execs;
  readonly images: Images;
  readonly networks: Networks;
  readonly volumes: Volumes;

  constructor(endpoint: DockerEndpoint) {
    this.requests = new DockerRequests(endpoint);
    this.containers = new Containers(this.requests);
    this.execs = new Execs(this.requests);
    this.images = new Images(this.requests);
    this.networks = new Networks(this.requests);
    this.volumes = new Volumes(this.requests);
  }

  /** As the global `fetch`; only path and query count: `fetch("/containers/json")`. */
  fetch(input: Request | URL | string, init?: RequestInit): Promise<Response> {
    return this.requests.endpoint.fetch(input, init);
  }

  version(): Promise<WireVersion> {
    return this.requests.json("GET", "/version");
  }

  info(): Promise<WireInfo> {
    return this.requests.json("GET", "/info");
  }

  diskUsage(): Promise<WireDiskUsage> {
    return this.requests.json("GET", "/system/df");
  }

  /** What happens from now on, or since a time (seconds since 1970), until the loop is left. */
  events(options: { since?: number; signal?: AbortSignal } = {}): AsyncGenerator<WireEvent> {
    return this.requests.stream("GET", "/events", {
      query: { since: options.since },
      signal: options.signal,
    });
  }
}
