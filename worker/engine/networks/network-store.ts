// All networks, their address pools and their bridges in the guest. Records lie under `networks/ID`.

import { EngineError } from "../../base/errors.ts";
import { newContainerId } from "../container-id.ts";
import type { ContainerRuntime } from "../container-runtime.ts";
import type { RecordPort } from "../record-port.ts";
import { AddressPool } from "./address-pool.ts";
import { parseIpv4, parseSubnet } from "./ipv4.ts";
import type { NetworkDriver, NetworkRecord } from "./network-record.ts";

const PREFIX = "networks/";

export class NetworkStore {
  readonly #records: RecordPort;
  readonly #runtime: ContainerRuntime;
  readonly #byId = new Map<string, NetworkRecord>();
  readonly #pools = new Map<string, AddressPool>();
  /** A bridge is made once in a machine's life, by the first who needs it. */
  readonly #bridges = new Map<string, Promise<void>>();

  constructor(records: RecordPort, runtime: ContainerRuntime) {
    this.#records = records;
    this.#runtime = runtime;
  }

  /** Reads the records and makes the three networks that are always there. */
  async load(nowMs: number, randomBytes: (count: number) => Uint8Array): Promise<void> {
    for (const key of await this.#records.list(PREFIX)) {
      const record = await this.#records.get(key);
      if (isRecord(record)) this.#keep(record);
    }
    for (const predefined of PREDEFINED) {
      if (this.all().some((network) => network.name === predefined.name)) continue;
      await this.add({
        ...predefined,
        id: newContainerId(randomBytes),
        createdAtMs: nowMs,
        internal: false,
        attachable: false,
        options: predefined.bridge === "" ? {} : DEFAULT_BRIDGE_OPTIONS,
        labels: {},
      });
    }
  }

  all(): NetworkRecord[] {
    return [...this.#byId.values()];
  }

  /** By id, name or a prefix of one id. Throws not-found in Docker's words. */
  find(reference: string): NetworkRecord {
    const name = reference === "default" ? "bridge" : reference;
    const exact = this.#byId.get(name) ?? this.all().find((network) => network.name === name);
    if (exact) return exact;
    const matches = name === "" ? [] : this.all().filter((network) => network.id.startsWith(name));
    if (matches.length > 1)
      throw new EngineError(
        "invalid-argument",
        `network ${reference} is ambiguous (${matches.length} matches found based on ID prefix)`,
      );
    if (matches[0]) return matches[0];
    throw new EngineError("not-found", `network ${reference} not found`);
  }

  async add(record: NetworkRecord): Promise<void> {
    this.#keep(record);
    await this.#records.put(PREFIX + record.id, structuredClone(record));
  }

  async remove(network: NetworkRecord): Promise<void> {
    const bridge = this.#bridges.get(network.id);
    this.#bridges.delete(network.id);
    this.#byId.delete(network.id);
    this.#pools.delete(network.id);
    await this.#records.delete(PREFIX + network.id);
    if (bridge !== undefined) {
      await bridge.catch(() => {});
      await this.#runtime.removeBridge(network.bridge);
    }
  }

  /** Undefined for host and none. */
  pool(network: NetworkRecord): AddressPool | undefined {
    return this.#pools.get(network.id);
  }

  /** Resolves when the guest has the network's bridge. */
  ensureBridge(network: NetworkRecord): Promise<void> {
    if (network.bridge === "") return Promise.resolve();
    const known = this.#bridges.get(network.id);
    if (known) return known;
    const made = this.#runtime.createBridge({
      name: network.bridge,
      address: `${network.gateway}/${parseSubnet(network.subnet).prefixLength}`,
      internal: network.internal,
    });
    this.#bridges.set(network.id, made);
    made.catch(() => this.#bridges.delete(network.id));
    return made;
  }

  #keep(record: NetworkRecord): void {
    this.#byId.set(record.id, record);
    if (record.subnet === "") return;
    const reserved = [record.gateway, ...Object.values(record.auxiliaryAddresses ?? {})].flatMap(
      (text) => parseIpv4(text) ?? [],
    );
    this.#pools.set(
      record.id,
      new AddressPool(parseSubnet(record.subnet), reserved, parseSubnet(record.ipRange || record.subnet)),
    );
  }
}

const DEFAULT_BRIDGE_OPTIONS: Record<string, string> = {
  "com.docker.network.bridge.default_bridge": "true",
  "com.docker.network.bridge.enable_icc": "true",
  "com.docker.network.bridge.enable_ip_masquerade": "true",
  "com.docker.network.bridge.host_binding_ipv4": "0.0.0.0",
  "com.docker.network.bridge.name": "docker0",
  "com.docker.network.driver.mtu": "1500",
};

const PREDEFINED: readonly {
  name: string;
  driver: NetworkDriver;
  subnet: string;
  gateway: string;
  bridge: string;
}[] = [
  { name: "bridge", driver: "bridge", subnet: "172.17.0.0/16", gateway: "172.17.0.1", bridge: "docker0" },
  { name: "host", driver: "host", subnet: "", gateway: "", bridge: "" },
  { name: "none", driver: "null", subnet: "", gateway: "", bridge: "" },
];

function isRecord(value: unknown): value is NetworkRecord {
  return (
    typeof value === "object" && value !== null && "id" in value && "subnet" in value && "bridge" in value
  );
}
