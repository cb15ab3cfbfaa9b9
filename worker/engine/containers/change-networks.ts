// `docker network connect` and `disconnect`: an endpoint more or less, at once where the container runs: interface, default route, hosts
// file, published ports and name server follow.

import { EngineError } from "../../base/errors.ts";
import type { EngineContext } from "../engine-context.ts";
import { dnsServer } from "../networks/dns-server.ts";
import { namedNetworks } from "../networks/name-lookup.ts";
import type { NetworkRecord } from "../networks/network-record.ts";
import {
  embeddedResolvFile,
  ownHostNames,
  withHostAddress,
  withoutHostAddress,
} from "../spec/network-files.ts";
import type { EndpointRequest } from "./check-endpoint.ts";
import { checkEndpoint } from "./check-endpoint.ts";
import {
  connectOne,
  disconnectOne,
  gatewayEndpoint,
  portForwards,
  primaryAddress,
} from "./connect-networks.ts";
import type { Container } from "./container.ts";
import type { EndpointRecord } from "./container-record.ts";
import { isRunning } from "./container-state.ts";
import { publishPorts } from "./publish-ports.ts";

/** Of a hosts file that a container may have written: a longer one is left as it is. */
const HOSTS_LIMIT_BYTES = 262_144;

/** Throws not-found, conflict or forbidden in Docker's words. */
export async function connectContainer(
  engine: EngineContext,
  networkReference: string,
  reference: string,
  request: EndpointRequest,
): Promise<void> {
  const network = engine.networks.find(networkReference);
  const container = engine.containers.find(reference);
  await container.mutex.run(async () => {
    const { record } = container;
    checkConnect(container, network);
    checkEndpoint(network, request);
    const endpoint: EndpointRecord = {
      networkId: network.id,
      aliases: [...request.aliases],
      links: [...request.links],
      requestedIp: request.ipAddress,
      requestedMac: request.macAddress,
      gatewayPriority: request.gatewayPriority,
      live: null,
    };
    if (isRunning(record.state)) await connectRunning(engine, container, network, endpoint);
    record.endpoints[network.name] = endpoint;
    await engine.containers.save(container);
  });
}

function checkConnect({ record }: Container, network: NetworkRecord): void {
  const mode = record.host.networkMode;
  if (mode === "host" || network.driver === "host")
    throw new EngineError(
      "invalid-argument",
      "cannot connect container to host network - container must be created in host network mode",
    );
  if (mode.startsWith("container:"))
    throw new EngineError(
      "invalid-argument",
      "container sharing network namespace with another container or host cannot be connected to any other network",
    );
  if (mode === "none" || network.driver === "null")
    throw new EngineError(
      "invalid-argument",
      "container cannot be connected to multiple networks with one of the networks in private (none) mode",
    );
  if (record.endpoints[network.name])
    throw new EngineError(
      "forbidden",
      `endpoint with name ${record.name} already exists in network ${network.name}`,
    );
}

async function connectRunning(
  engine: EngineContext,
  container: Container,
  network: NetworkRecord,
  endpoint: EndpointRecord,
): Promise<void> {
  const { record } = container;
  const hadNames = namedNetworks(engine, record).length > 0;
  const before = routesOf(container);
  const plan = await connectOne(engine, endpoint, freeNumber(record.endpoints));
  record.endpoints[network.name] = endpoint;
  try {
    if (plan) await engine.runtime.connectEndpoint(container.id, plan);
    await adjustRoutes(engine, container, before);
    await adjustHosts(engine, container, (hosts) =>
      withHostAddress(
        hosts,
        endpoint.live?.ipAddress ?? "",
        ownHostNames(record.config.hostname, record.config.domainname),
      ),
    );
    if (!hadNames && namedNetworks(engine, record).length > 0) await startNameServer(engine, container);
  } catch (error) {
    if (plan) await engine.runtime.disconnectEndpoint(container.id, plan.interfaceName).catch(() => {});
    disconnectOne(engine, container, network.name, endpoint);
    delete record.endpoints[network.name];
    throw error;
  }
  engine.events.emit("network", "connect", network.id, {
    container: container.id,
    name: network.name,
    type: network.driver,
  });
}

/** Throws not-found or internal in Docker's words. */
export async function disconnectContainer(
  engine: EngineContext,
  networkReference: string,
  reference: string,
): Promise<void> {
  const network = engine.networks.find(networkReference);
  const container = engine.containers.find(reference);
  await container.mutex.run(async () => {
    const { record } = container;
    if (record.host.networkMode === "host")
      throw new EngineError(
        "invalid-argument",
        "cannot disconnect container from host network - container was created in host network mode",
      );
    const endpoint = record.endpoints[network.name];
    if (!endpoint)
      throw new EngineError(
        "internal",
        `container ${container.id} is not connected to ${isRunning(record.state) ? "" : "the "}network ${network.name}`,
      );
    const { live } = endpoint;
    const before = routesOf(container);
    const running = isRunning(record.state) && live !== null && live.interfaceName !== "";
    if (running) await engine.runtime.disconnectEndpoint(container.id, live.interfaceName);
    disconnectOne(engine, container, network.name, endpoint);
    delete record.endpoints[network.name];
    if (running) {
      await adjustRoutes(engine, container, before);
      await adjustHosts(engine, container, (hosts) => withoutHostAddress(hosts, live.ipAddress));
    }
    await engine.containers.save(container);
  });
}

interface Routes {
  readonly gateway: string | undefined;
  readonly address: string | undefined;
}

function routesOf(container: Container): Routes {
  return { gateway: gatewayEndpoint(container.record)?.live?.gateway, address: primaryAddress(container) };
}

/** The default route goes where there is a way out now, and published ports lead to the address behind it. */
async function adjustRoutes(engine: EngineContext, container: Container, before: Routes): Promise<void> {
  const { record } = container;
  const now = routesOf(container);
  if (now.gateway !== before.gateway) await engine.runtime.setDefaultGateway(container.id, now.gateway);
  if (now.address === before.address) return;
  if (now.address !== undefined && record.published.length === 0)
    record.published = await publishPorts(engine, record, () => primaryAddress(container));
  const forwards = portForwards(container);
  if (forwards.length > 0 || record.published.length > 0)
    await engine.runtime.forwardPorts(container.id, forwards);
}

async function adjustHosts(
  engine: EngineContext,
  container: Container,
  change: (hosts: string) => string,
): Promise<void> {
  const path = `${engine.runtime.bundlePath(container.id)}/hosts`;
  try {
    const bytes = await engine.runtime.files.read(path, { limitBytes: HOSTS_LIMIT_BYTES });
    const before = new TextDecoder().decode(bytes);
    const after = change(before);
    if (after !== before) await engine.runtime.files.write(path, after);
  } catch (error) {
    // The container has made something else of it.
    if (!(error instanceof EngineError)) throw error;
  }
}

async function startNameServer(engine: EngineContext, container: Container): Promise<void> {
  const { host } = container.record;
  await engine.runtime.serveDns(container.id, dnsServer(engine, container));
  await engine.runtime.files.write(
    `${engine.runtime.bundlePath(container.id)}/resolv.conf`,
    embeddedResolvFile({ search: host.dnsSearch, options: host.dnsOptions }),
  );
}

function freeNumber(endpoints: Readonly<Record<string, EndpointRecord>>): number {
  const taken = new Set(Object.values(endpoints).map((endpoint) => endpoint.live?.interfaceName));
  let number = 0;
  while (taken.has(`eth${number}`)) number++;
  return number;
}
