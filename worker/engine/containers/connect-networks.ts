// Addresses and interfaces of a container that starts, and their release when it stops.

import { EngineError, messageOf } from "../../base/errors.ts";
import { newContainerId } from "../container-id.ts";
import type { EndpointPlan, NetworkPlan, PortForward } from "../container-runtime.ts";
import type { EngineContext } from "../engine-context.ts";
import { dnsServer } from "../networks/dns-server.ts";
import { ipv4Text, macOfIpv4, parseIpv4, parseSubnet } from "../networks/ipv4.ts";
import { namedNetworks } from "../networks/name-lookup.ts";
import type { Container } from "./container.ts";
import type { ContainerRecord, EndpointRecord } from "./container-record.ts";
import { isRunning } from "./container-state.ts";
import { publishPorts, unpublishPorts } from "./publish-ports.ts";

/** Fills in the record's live endpoints and published ports. Everything is given back when one part fails. */
export async function connectNetworks(engine: EngineContext, container: Container): Promise<NetworkPlan> {
  const { record } = container;
  const mode = record.host.networkMode;
  checkTogether(record);
  if (mode === "host") return { kind: "host" };
  if (mode.startsWith("container:")) {
    const other = networkedContainer(engine, container, mode.slice("container:".length));
    const { hostname, domainname } = other.record.config;
    Object.assign(record.config, { hostname, domainname });
    return { kind: "container", id: other.id };
  }
  try {
    const endpoints: EndpointPlan[] = [];
    for (const [name, endpoint] of Object.entries(record.endpoints)) {
      endpoint.networkId ||= engine.networks.find(name).id;
      const plan = await connectOne(engine, endpoint, endpoints.length);
      if (plan) endpoints.push(plan);
      engine.events.emit("network", "connect", endpoint.networkId, {
        container: record.id,
        name,
        type: engine.networks.find(endpoint.networkId).driver,
      });
    }
    const gateway = gatewayEndpoint(record)?.live;
    const dns = namedNetworks(engine, record).length > 0 ? dnsServer(engine, container) : undefined;
    if (primaryAddress(container) !== undefined)
      record.published = await publishPorts(engine, record, () => primaryAddress(container));
    return {
      kind: "private",
      endpoints: endpoints.map((plan) =>
        plan.interfaceName === gateway?.interfaceName ? plan : { ...plan, gateway: undefined },
      ),
      forwards: portForwards(container),
      dns,
    };
  } catch (error) {
    const endpoint = Object.values(record.endpoints)[0];
    const id = endpoint?.live?.endpointId ?? "";
    disconnectNetworks(engine, container);
    if (error instanceof EngineError && /^(?:Bind for|failed to bind)/.test(error.message))
      throw new EngineError(
        error.code,
        `failed to set up container networking: driver failed programming external connectivity on endpoint ${record.name} (${id}): ${messageOf(error)}`,
        { cause: error },
      );
    throw error;
  }
}

/** The host's network, and none, are a container's only one. Throws in Docker's words. */
function checkTogether({ host: { networkMode }, endpoints }: ContainerRecord): void {
  const names = Object.keys(endpoints);
  if (names.length < 2) return;
  if (names.includes("host") || networkMode === "host")
    throw new EngineError(
      "invalid-argument",
      "container sharing network namespace with another container or host cannot be connected to any other network",
    );
  if (names.includes("none"))
    throw new EngineError(
      "invalid-argument",
      "container cannot be connected to multiple networks with one of the networks in private (none) mode",
    );
}

/** The one whose network is shared. Throws in Docker's words; that it is missing is no "not found", which would mean the image. */
function networkedContainer(engine: EngineContext, self: Container, reference: string): Container {
  let other: Container;
  try {
    other = engine.containers.find(reference);
  } catch (cause) {
    throw new EngineError("internal", `joining network namespace of container: ${messageOf(cause)}`, {
      cause,
    });
  }
  const { name, state } = other.record;
  if (other === self) throw new EngineError("internal", "cannot join own network namespace");
  if (state.status === "restarting")
    throw new EngineError(
      "conflict",
      `cannot join network namespace of container: Container ${reference} is restarting, wait until the container is running`,
    );
  if (!isRunning(state))
    throw new EngineError(
      "conflict",
      `cannot join network namespace of a non running container: container ${name} is ${state.status}`,
    );
  return other;
}

export function disconnectNetworks(engine: EngineContext, container: Container): void {
  const { record } = container;
  unpublishPorts(engine.ports, record.published);
  record.published = [];
  for (const [name, endpoint] of Object.entries(record.endpoints))
    disconnectOne(engine, container, name, endpoint);
}

/** Gives the address back. A no-op for an endpoint that is not live. */
export function disconnectOne(
  engine: EngineContext,
  container: Container,
  name: string,
  endpoint: EndpointRecord,
): void {
  const { live } = endpoint;
  if (live === null) return;
  endpoint.live = null;
  const network = engine.networks.all().find(({ id }) => id === endpoint.networkId);
  if (network === undefined) return;
  const address = parseIpv4(live.ipAddress);
  if (address !== undefined) engine.networks.pool(network)?.release(address);
  engine.events.emit("network", "disconnect", network.id, {
    container: container.id,
    name,
    type: network.driver,
  });
}

/** The address that ports are published for: of the network with the way out, or of the first that has addresses. */
export function primaryAddress({ record }: Container): string | undefined {
  const live = Object.values(record.endpoints).flatMap((endpoint) => endpoint.live ?? []);
  return (gatewayEndpoint(record)?.live ?? live.find(({ ipAddress }) => ipAddress !== ""))?.ipAddress;
}

/** The live endpoint with the default route: that of the highest priority, then of the first name. Undefined: there is no way out. */
export function gatewayEndpoint(record: ContainerRecord): EndpointRecord | undefined {
  return Object.entries(record.endpoints)
    .filter(([, { live }]) => live !== null && live.gateway !== "")
    .sort(
      ([oneName, one], [otherName, other]) =>
        (other.gatewayPriority ?? 0) - (one.gatewayPriority ?? 0) || (oneName < otherName ? -1 : 1),
    )[0]?.[1];
}

/** What the runtime forwards for the ports that are published now. */
export function portForwards(container: Container): PortForward[] {
  const containerAddress = primaryAddress(container);
  if (containerAddress === undefined) return [];
  return container.record.published.map((port) => ({
    protocol: port.protocol,
    hostAddress: port.hostIp,
    hostPort: port.hostPort,
    containerAddress,
    containerPort: port.containerPort,
  }));
}

/** `number`: of the interface. Undefined on a network without addresses. */
export async function connectOne(
  engine: EngineContext,
  endpoint: EndpointRecord,
  number: number,
): Promise<EndpointPlan | undefined> {
  const network = engine.networks.find(endpoint.networkId);
  const endpointId = newContainerId(engine.randomBytes);
  const pool = engine.networks.pool(network);
  if (pool === undefined) {
    endpoint.live = {
      endpointId,
      interfaceName: "",
      ipAddress: "",
      prefixLength: 0,
      gateway: "",
      macAddress: "",
    };
    return undefined;
  }
  await engine.networks.ensureBridge(network);
  const requested = endpoint.requestedIp === "" ? undefined : parseIpv4(endpoint.requestedIp);
  if (endpoint.requestedIp !== "" && requested === undefined)
    throw new EngineError("invalid-argument", `invalid IPv4 address: ${endpoint.requestedIp}`);
  const address = requested === undefined ? pool.takeLowest() : pool.take(requested);
  const { prefixLength } = parseSubnet(network.subnet);
  const interfaceName = `eth${number}`;
  endpoint.live = {
    endpointId,
    interfaceName,
    ipAddress: ipv4Text(address),
    prefixLength,
    gateway: network.internal ? "" : network.gateway,
    macAddress: endpoint.requestedMac || macOfIpv4(address),
  };
  return {
    bridge: network.bridge,
    interfaceName,
    macAddress: endpoint.live.macAddress,
    address: `${endpoint.live.ipAddress}/${prefixLength}`,
    gateway: network.internal ? undefined : network.gateway,
  };
}
