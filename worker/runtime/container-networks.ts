// Networks of containers: bridges, a network namespace with a veth pair for each endpoint, published ports, the name server's sockets.

import type { ContainerId } from "../engine/container-id.ts";
import type { AnswerDns, EndpointPlan, NetworkPlan, PortForward } from "../engine/container-runtime.ts";
import { EMBEDDED_NAME_SERVER } from "../engine/networks/dns-server.ts";
import type { Agent } from "../guest/agent.ts";
import { OperationBatch } from "../guest/operations.ts";
import { networkNamespacePath } from "./container-paths.ts";
import { DnsSockets } from "./dns-sockets.ts";
import { NetworkNamespaces, newVethName } from "./network-namespaces.ts";
import { PortForwards } from "./port-forwards.ts";
import type { QuietWork } from "./quiet-work.ts";

interface ContainerNetwork {
  /** Outer ends of its interfaces, by the names of the inner ones. */
  readonly hostNames: Map<string, string>;
  forwards: readonly PortForward[];
  dns: DnsSockets | undefined;
}

export class ContainerNetworks {
  readonly #agent: Agent;
  readonly #ports: PortForwards;
  /** Bridges without a way out. */
  readonly #internal = new Set<string>();
  readonly #namespaces: NetworkNamespaces;
  readonly #containers = new Map<ContainerId, ContainerNetwork>();

  constructor(agent: Agent, quiet: QuietWork) {
    this.#agent = agent;
    this.#ports = new PortForwards(agent);
    this.#namespaces = new NetworkNamespaces(agent, quiet);
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
    const { hostNames } = this.#network(id);
    const [first, ...others] = network.endpoints;
    const firstHostName = this.#namespaces.add(batch, id, first?.interfaceName);
    if (first && firstHostName !== undefined) {
      hostNames.set(first.interfaceName, firstHostName);
      configure(batch, id, first, firstHostName);
    }
    for (const endpoint of others) this.#addEndpoint(batch, id, endpoint);
    return networkNamespacePath(id);
  }

  /** What comes once the namespace is there: ports and names. */
  async open(id: ContainerId, network: NetworkPlan): Promise<void> {
    if (network.kind !== "private") return;
    if (network.forwards.length > 0) await this.forwardPorts(id, network.forwards);
    if (network.dns) await this.serveDns(id, network.dns);
  }

  /** Adds the end of its network to the batch: its addresses are free then. */
  addEnd(batch: OperationBatch, id: ContainerId): void {
    const network = this.#containers.get(id);
    if (!network) return;
    network.dns?.close();
    this.#namespaces.end(batch, id, network.hostNames.values());
  }

  /** After that: its ports are free. */
  async close(id: ContainerId): Promise<void> {
    const network = this.#containers.get(id);
    if (!network) return;
    this.#containers.delete(id);
    await this.#ports.remove(network.forwards);
  }

  removeSpare(): Promise<void> {
    return this.#namespaces.removeSpare();
  }

  async connect(id: ContainerId, endpoint: EndpointPlan): Promise<void> {
    const batch = new OperationBatch();
    this.#addEndpoint(batch, id, { ...endpoint, gateway: undefined });
    await this.#agent.run(batch);
  }

  /** Its other end, in the container, goes with it. */
  async disconnect(id: ContainerId, interfaceName: string): Promise<void> {
    const { hostNames } = this.#network(id);
    const hostName = hostNames.get(interfaceName);
    if (hostName === undefined) return;
    hostNames.delete(interfaceName);
    await this.#agent.run(new OperationBatch().removeLink(hostName));
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

  #addEndpoint(batch: OperationBatch, id: ContainerId, endpoint: EndpointPlan): void {
    const hostName = newVethName();
    this.#network(id).hostNames.set(endpoint.interfaceName, hostName);
    batch.addVeth(hostName, networkNamespacePath(id), endpoint.interfaceName);
    configure(batch, id, endpoint, hostName);
  }

  #network(id: ContainerId): ContainerNetwork {
    const known = this.#containers.get(id);
    if (known) return known;
    const network: ContainerNetwork = { hostNames: new Map(), forwards: [], dns: undefined };
    this.#containers.set(id, network);
    return network;
  }
}

function configure(batch: OperationBatch, id: ContainerId, endpoint: EndpointPlan, hostName: string): void {
  batch.configureVeth({
    hostName,
    bridge: endpoint.bridge,
    namespacePath: networkNamespacePath(id),
    innerName: endpoint.interfaceName,
    macAddress: endpoint.macAddress,
    address: endpoint.address,
    gateway: endpoint.gateway,
  });
}
