// Who has which name on the networks that a container shares with others: container names, aliases, short ids, hostnames, and the aliases
// of its own links. Only user-defined networks have names, as with Docker, and only running containers are on them.

import type { Container } from "../containers/container.ts";
import type { ContainerRecord, EndpointRecord } from "../containers/container-record.ts";
import { parseLink } from "../containers/parse-link.ts";
import type { EngineContext } from "../engine-context.ts";
import { isPredefined, type NetworkRecord } from "./network-record.ts";

interface Peer {
  readonly record: ContainerRecord;
  readonly endpoint: EndpointRecord;
  readonly ipAddress: string;
}

/** Of the container's networks with names, those it is on at the moment. */
export function namedNetworks(engine: EngineContext, record: ContainerRecord): NetworkRecord[] {
  return engine.networks
    .all()
    .filter(
      (network) =>
        !isPredefined(network) &&
        Object.values(record.endpoints).some(
          (endpoint) => endpoint.networkId === network.id && endpoint.live?.ipAddress,
        ),
    )
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Every address of the first network that knows the name; `NAME.NETWORK` names one of one network. Empty: nobody. */
export function addressesOf(engine: EngineContext, container: Container, name: string): string[] {
  for (const network of namedNetworks(engine, container.record)) {
    const suffix = `.${network.name.toLowerCase()}`;
    const short = name.endsWith(suffix) ? name.slice(0, -suffix.length) : undefined;
    const found = [name, ...(short ? [short] : [])].flatMap((each) =>
      addressesOn(engine, container, network, each),
    );
    if (found.length > 0) return [...new Set(found)];
  }
  return [];
}

/** `NAME.NETWORK` of the container that has the address; undefined: nobody that this one can see. */
export function nameOf(engine: EngineContext, container: Container, address: string): string | undefined {
  for (const network of namedNetworks(engine, container.record)) {
    const peer = peersOn(engine, network).find(({ ipAddress }) => ipAddress === address);
    if (peer) return `${peer.record.name}.${network.name}`;
  }
  return undefined;
}

function addressesOn(
  engine: EngineContext,
  container: Container,
  network: NetworkRecord,
  name: string,
): string[] {
  const peers = peersOn(engine, network);
  const linked = linkedName(engine, container.record, network, name);
  return peers
    .filter(({ record, endpoint }) => record.id === linked || namesOf(record, endpoint).includes(name))
    .map(({ ipAddress }) => ipAddress);
}

/** The id behind a link's alias, which only the container itself knows. */
function linkedName(
  engine: EngineContext,
  record: ContainerRecord,
  network: NetworkRecord,
  name: string,
): string | undefined {
  const endpoint = Object.values(record.endpoints).find(({ networkId }) => networkId === network.id);
  for (const link of [...(endpoint?.links ?? []), ...record.host.links]) {
    const { name: target, alias } = parseLink(link);
    if (alias.toLowerCase() !== name) continue;
    const other = engine.containers
      .all()
      .find(({ id, name: own }) => own === target.replace(/^\//, "") || id.startsWith(target));
    if (other) return other.id;
  }
  return undefined;
}

/** In lower case, as questions come. */
function namesOf(record: ContainerRecord, endpoint: EndpointRecord): string[] {
  return dnsNames(record, endpoint).map((name) => name.toLowerCase());
}

/** What a container is called on a network, in Docker's order. */
export function dnsNames(record: ContainerRecord, endpoint: EndpointRecord): string[] {
  return [
    ...new Set([record.name, ...endpoint.aliases, record.id.slice(0, 12), record.config.hostname]),
  ].filter((name) => name !== "");
}

function peersOn(engine: EngineContext, network: NetworkRecord): Peer[] {
  return engine.containers.all().flatMap(({ record }) => {
    const endpoint = Object.values(record.endpoints).find(({ networkId }) => networkId === network.id);
    const ipAddress = endpoint?.live?.ipAddress;
    return endpoint && ipAddress ? [{ record, endpoint, ipAddress }] : [];
  });
}
