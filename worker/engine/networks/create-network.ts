// `docker network create`: a bridge with a subnet of its own. The bridge itself comes with the first container.

import { EngineError } from "../../base/errors.ts";
import { newContainerId } from "../container-id.ts";
import type { EngineContext } from "../engine-context.ts";
import { type IpamRequest, parseIpam } from "./ipam.ts";
import { ipv4Text, parseSubnet, type Subnet, subnetsOverlap, subnetText } from "./ipv4.ts";
import type { NetworkRecord } from "./network-record.ts";

export interface CreateNetworkRequest {
  readonly name: string;
  readonly driver: string;
  readonly internal: boolean;
  readonly attachable: boolean;
  readonly ipam: IpamRequest;
  readonly options: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

const PREDEFINED_NAMES = ["bridge", "host", "none", "default"];

/** Throws conflict, invalid-argument, not-found (driver) or forbidden (overlap), in Docker's words. */
export async function createNetwork(
  engine: EngineContext,
  request: CreateNetworkRequest,
): Promise<NetworkRecord> {
  const { name, driver } = request;
  if (name.trim() === "") throw new EngineError("invalid-argument", "network name is required");
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(name))
    throw new EngineError("invalid-argument", `invalid network name "${name}"`);
  if (PREDEFINED_NAMES.includes(name))
    throw new EngineError("forbidden", `operation is not permitted on predefined ${name} network `);
  if (engine.networks.all().some((network) => network.name === name))
    throw new EngineError("conflict", `network with name ${name} already exists`);
  if (driver !== "" && driver !== "bridge")
    throw new EngineError(
      "not-found",
      `could not find plugin ${driver} in v1 plugin registry: plugin not found`,
    );
  const { subnet, ipRange, gateway } = parseIpam(request.ipam, () => freeSubnet(engine));
  checkSubnet(engine, subnet);
  const id = newContainerId(engine.randomBytes);
  const network: NetworkRecord = {
    id,
    name,
    driver: "bridge",
    createdAtMs: engine.clock.nowMs(),
    internal: request.internal,
    attachable: request.attachable,
    subnet: subnetText(subnet),
    gateway: ipv4Text(gateway),
    ...(ipRange ? { ipRange: subnetText(ipRange) } : {}),
    auxiliaryAddresses: { ...request.ipam.auxiliaryAddresses },
    bridge: request.options["com.docker.network.bridge.name"] ?? `br-${id.slice(0, 12)}`,
    options: { ...request.options },
    labels: { ...request.labels },
  };
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,14}$/.test(network.bridge))
    throw new EngineError("invalid-argument", `invalid bridge name: ${network.bridge}`);
  if (engine.networks.all().some((each) => each.bridge === network.bridge))
    throw new EngineError("conflict", `bridge name ${network.bridge} is already in use`);
  await engine.networks.add(network);
  engine.events.emit("network", "create", id, { name, type: "bridge" });
  return network;
}

function subnetsInUse(engine: EngineContext): Subnet[] {
  return engine.networks.all().flatMap(({ subnet }) => (subnet === "" ? [] : [parseSubnet(subnet)]));
}

function checkSubnet(engine: EngineContext, subnet: Subnet): void {
  if (subnet.prefixLength > 30)
    throw new EngineError("invalid-argument", `subnet ${subnetText(subnet)} has no room for a container`);
  if (subnetsInUse(engine).some((other) => subnetsOverlap(subnet, other)))
    throw new EngineError(
      "forbidden",
      "invalid pool request: Pool overlaps with other one on this address space",
    );
}

/** 172.18.0.0/16 to 172.31.0.0/16, then 192.168.0.0/20 and on. */
function freeSubnet(engine: EngineContext): Subnet {
  const used = subnetsInUse(engine);
  const candidates = [
    ...Array.from({ length: 14 }, (_, at) => `172.${18 + at}.0.0/16`),
    ...Array.from({ length: 16 }, (_, at) => `192.168.${at * 16}.0/20`),
  ];
  for (const candidate of candidates) {
    const subnet = parseSubnet(candidate);
    if (!used.some((other) => subnetsOverlap(subnet, other))) return subnet;
  }
  throw new EngineError("forbidden", "all predefined address pools have been fully subnetted");
}
