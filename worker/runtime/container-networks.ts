// Networks of containers: bridges, a network namespace with a veth pair for each endpoint, published ports, the name server's sockets.

import type { ContainerId } from "../engine/container-id.ts";
import type { AnswerDns, EndpointPlan, NetworkPlan, PortForward } from "../engine/container-runtime.ts";
import { EMBEDDED_NAME_SERVER } from "../engine/networks/dns-server.ts";
import type { Agent } from "../guest/agent.ts";
import { OperationBatch } from "../guest/operations.ts";
import { networkNamespacePath } from "./container-paths.ts";
import { DnsSockets } from "./dns-sockets.ts";
import { PortForwards } from "./port-forwards.ts";

interface ContainerNetwork {
  ownNamespace: boolean;
  forwards: readonly PortForward[];
  dns: DnsSockets | undefined;
}

export class ContainerNetworks {
  readonly #agent: Agent;
  readonly #ports: PortForwards;
  /** Bridges without a way out. */
  readonly #internal = new Set<string>();
  readonly #containers = new Map<ContainerId, ContainerNetwork>();

  constructor(agent: Agent) {
    this.#agent = agent;
    this.#ports = new PortForwards(agent);
  }

  async createBridge(bridge: { name: string; address: string; internal: boolean }): Promise<void> {
    await this.#agent.run(
      new OperationBatch().removeLink(bridge.name).addBridge(bridge.name, bridge.address),
    );
    if (bridge.internal) await this.#ports.setInternal(bridge.name, true);
    if (bridge.internal) this.#internal.add(bridge.name);
  }

  async removeBridge(name: string): Promise<void> {
    await this.#agent.run(new OperationBatch().removeLink(name));
    if (this.#internal.delete(name)) await this.#ports.setInternal(name, false);
  }

  /** Adds a network namespace with its endpoints to the batch. Its path is the result; undefined: the machine's own. */
  addNamespace(
    batch: OperationBatch,
    id: ContainerId,
    network: NetworkPlan,
    pidOf: (id: ContainerId) => number | undefined,
  ): string | undefined {
    if (network.kind === "host") return undefined;
    if (network.kind === "container") {
      const pid = pidOf(network.id);
      return pid ? `/proc/${pid}/ns/net` : networkNamespacePath(network.id);
    }
    const path = networkNamespacePath(id);
    this.#network(id).ownNamespace = true;
    batch.addNetworkNamespace(path);
    for (const endpoint of network.endpoints) addVeth(batch, id, endpoint);
    return path;
  }

  /** What comes once the namespace is there: ports and names. */
  async open(id: ContainerId, network: NetworkPlan): Promise<void> {
    if (network.kind !== "private") return;
    if (network.forwards.length > 0) await this.forwardPorts(id, network.forwards);
    if (network.dns) await this.serveDns(id, network.dns);
  }

  addRemoval(batch: OperationBatch, id: ContainerId): void {
    const network = this.#containers.get(id);
    network?.dns?.close();
    if (network?.ownNamespace) batch.removeNetworkNamespace(networkNamespacePath(id));
  }

  /** After the removal: its ports are free again. */
  async close(id: ContainerId): Promise<void> {
    const network = this.#containers.get(id);
    if (!network) return;
    this.#containers.delete(id);
    await this.#ports.remove(network.forwards);
  }

  async connect(id: ContainerId, endpoint: EndpointPlan): Promise<void> {
    await this.#agent.run(addVeth(new OperationBatch(), id, { ...endpoint, gateway: undefined }));
  }

  /** Its other end, in the container, goes with it. */
  async disconnect(id: ContainerId, interfaceName: string): Promise<void> {
    await this.#agent.run(new OperationBatch().removeLink(hostVethName(id, interfaceName)));
  }

  async setDefaultGateway(id: ContainerId, gateway: string | undefined): Promise<void> {
    await this.#agent.run(new OperationBatch().setDefaultRoute(networkNamespacePath(id), gateway ?? ""));
  }

  /** In place of those that it has. */
  async forwardPorts(id: ContainerId, forwards: readonly PortForward[]): Promise<void> {
    const network = this.#network(id);
    const before = network.forwards;
    network.forwards = [];
    await this.#ports.remove(before);
    await this.#ports.add(forwards);
    network.forwards = forwards;
  }

  async serveDns(id: ContainerId, answer: AnswerDns): Promise<void> {
    const network = this.#network(id);
    network.dns?.close();
    network.dns = new DnsSockets(
      await this.#agent.openDns(networkNamespacePath(id), EMBEDDED_NAME_SERVER),
      answer,
    );
  }

  #network(id: ContainerId): ContainerNetwork {
    const known = this.#containers.get(id);
    if (known) return known;
    const network: ContainerNetwork = { ownNamespace: false, forwards: [], dns: undefined };
    this.#containers.set(id, network);
    return network;
  }
}

function hostVethName(id: ContainerId, interfaceName: string): string {
  return `veth${id.slice(0, 7)}${interfaceName.replace(/\D/g, "") || "0"}`;
}

function addVeth(batch: OperationBatch, id: ContainerId, endpoint: EndpointPlan): OperationBatch {
  return batch.addVeth({
    hostName: hostVethName(id, endpoint.interfaceName),
    bridge: endpoint.bridge,
    namespacePath: networkNamespacePath(id),
    innerName: endpoint.interfaceName,
    macAddress: endpoint.macAddress,
    address: endpoint.address,
    gateway: endpoint.gateway,
  });
}
