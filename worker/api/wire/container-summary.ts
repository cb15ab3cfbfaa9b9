// GET /containers/json and the small answers of the container verbs.

import type { WireEndpointSettings } from "./container-config.ts";
import type { WireContainerStatus, WireMountPoint } from "./container-inspect.ts";

export interface WirePort {
  IP?: string;
  PrivatePort: number;
  PublicPort?: number;
  Type: "tcp" | "udp" | "sctp";
}

export interface WireContainerSummary {
  Id: string;
  /** Each with a leading slash. */
  Names: string[];
  Image: string;
  ImageID: string;
  Command: string;
  /** Seconds since 1970. */
  Created: number;
  Ports: WirePort[];
  SizeRw?: number;
  SizeRootFs?: number;
  Labels: Record<string, string>;
  State: WireContainerStatus;
  /** `Up 2 minutes`, `Exited (0) 3 seconds ago` */
  Status: string;
  HostConfig: { NetworkMode: string };
  NetworkSettings: { Networks: Record<string, WireEndpointSettings> };
  Mounts: WireMountPoint[];
}

/** Answer of POST /containers/{id}/wait. */
export interface WireWait {
  StatusCode: number;
  Error?: { Message: string };
}

/** Answer of GET /containers/{id}/top. */
export interface WireTop {
  Titles: string[];
  Processes: string[][];
}

/** Answer of POST /containers/prune. */
export interface WireContainersPruned {
  ContainersDeleted: string[] | null;
  SpaceReclaimed: number;
}

/** Answer of POST /containers/{id}/update. */
export interface WireUpdated {
  Warnings: string[] | null;
}

/** One element of GET /containers/{id}/changes. Kind 0: modified, 1: added, 2: deleted. */
export interface WireChange {
  Path: string;
  Kind: 0 | 1 | 2;
}
