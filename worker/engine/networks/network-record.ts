// What the engine remembers of a network.

export type NetworkDriver = "bridge" | "host" | "null";

export interface NetworkRecord {
  id: string;
  name: string;
  driver: NetworkDriver;
  createdAtMs: number;
  /** Without a way out. */
  internal: boolean;
  attachable: boolean;
  /** `172.17.0.0/16` and `172.17.0.1`; empty without addresses. */
  subnet: string;
  gateway: string;
  /** Where containers get their addresses from; absent: all of the subnet. */
  ipRange?: string;
  /** By name; no container gets these. Absent: none. */
  auxiliaryAddresses?: Record<string, string>;
  /** The bridge in the guest: `docker0`, `br-` and 12 hex digits. */
  bridge: string;
  options: Record<string, string>;
  labels: Record<string, string>;
}

/** bridge, host and none are always there. */
export function isPredefined(network: NetworkRecord): boolean {
  return network.name === "bridge" || network.name === "host" || network.name === "none";
}
