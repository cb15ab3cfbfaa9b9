// Networks: the three that are always there, and user-defined bridges.

import { EngineError } from "../../base/errors.ts";
import { connectContainer, disconnectContainer } from "../../engine/containers/change-networks.ts";
import type { EngineContext } from "../../engine/engine-context.ts";
import { createNetwork } from "../../engine/networks/create-network.ts";
import { listNetworks } from "../../engine/networks/list-networks.ts";
import type { NetworkRecord } from "../../engine/networks/network-record.ts";
import { pruneNetworks, removeNetwork } from "../../engine/networks/remove-network.ts";
import { rfc3339Nano } from "../../engine/time-text.ts";
import { type Handler, parameter } from "../api-call.ts";
import { readJsonBody } from "../json-body.ts";
import { JsonFields } from "../json-fields.ts";
import { jsonReply, noContent } from "../reply.ts";
import type { WireCreatedNetwork, WireNetwork, WireNetworksPruned, WirePool } from "../wire/network.ts";
import { readEndpoint } from "../wire/read-container-config.ts";

export const list: Handler = ({ engine, query }) =>
  jsonReply(listNetworks(engine, query.filters()).map((network) => writeNetwork(engine, network, false)));

export const inspect: Handler = (call) =>
  jsonReply(writeNetwork(call.engine, call.engine.networks.find(parameter(call, "id")), true));

export const create: Handler = async ({ engine, request }) => {
  const body = new JsonFields(await readJsonBody(request.body));
  // Networks have IPv4 alone: pools of IPv6 are left out.
  const pools = body
    .object("IPAM")
    .objects("Config")
    .filter((pool) => !pool.text("Subnet").includes(":"));
  if (pools.length > 1) throw new EngineError("forbidden", "bridge driver doesn't support multiple subnets");
  const [pool = new JsonFields({})] = pools;
  const network = await createNetwork(engine, {
    name: body.text("Name"),
    driver: body.text("Driver"),
    internal: body.boolean("Internal"),
    attachable: body.boolean("Attachable"),
    ipam: {
      subnet: pool.text("Subnet"),
      ipRange: pool.text("IPRange"),
      gateway: pool.text("Gateway"),
      auxiliaryAddresses: pool.textMap("AuxiliaryAddresses"),
    },
    options: body.textMap("Options"),
    labels: body.textMap("Labels"),
  });
  const warning = body.boolean("EnableIPv6")
    ? "The machine has no IPv6: the network has IPv4 addresses only"
    : "";
  const reply: WireCreatedNetwork = { Id: network.id, Warning: warning };
  return jsonReply(reply, 201);
};

export const remove: Handler = async (call) => {
  await removeNetwork(call.engine, parameter(call, "id"));
  return noContent();
};

export const connect: Handler = async (call) => {
  const body = new JsonFields(await readJsonBody(call.request.body));
  const endpoint = readEndpoint(body.object("EndpointConfig"));
  await connectContainer(call.engine, parameter(call, "id"), body.text("Container"), endpoint);
  return noContent(200);
};

export const disconnect: Handler = async (call) => {
  const body = new JsonFields(await readJsonBody(call.request.body));
  await disconnectContainer(call.engine, parameter(call, "id"), body.text("Container"));
  return noContent(200);
};

export const prune: Handler = async ({ engine, query }) => {
  const removed = await pruneNetworks(engine, query.filters());
  const reply: WireNetworksPruned = { NetworksDeleted: removed.length > 0 ? removed : null };
  return jsonReply(reply);
};

function writeNetwork(engine: EngineContext, network: NetworkRecord, withContainers: boolean): WireNetwork {
  return {
    Name: network.name,
    Id: network.id,
    Created: rfc3339Nano(network.createdAtMs),
    Scope: "local",
    Driver: network.driver,
    EnableIPv4: true,
    EnableIPv6: false,
    IPAM: {
      Driver: "default",
      Options: null,
      Config: network.subnet === "" ? [] : [writePool(network)],
    },
    Internal: network.internal,
    Attachable: network.attachable,
    Ingress: false,
    ConfigFrom: { Network: "" },
    ConfigOnly: false,
    Containers: withContainers ? networkContainers(engine, network) : {},
    Options: network.options,
    Labels: network.labels,
  };
}

function writePool({ subnet, ipRange, gateway, auxiliaryAddresses = {} }: NetworkRecord): WirePool {
  return {
    Subnet: subnet,
    ...(ipRange ? { IPRange: ipRange } : {}),
    Gateway: gateway,
    ...(Object.keys(auxiliaryAddresses).length > 0 ? { AuxiliaryAddresses: auxiliaryAddresses } : {}),
  };
}

function networkContainers(engine: EngineContext, network: NetworkRecord): WireNetwork["Containers"] {
  const containers: WireNetwork["Containers"] = {};
  for (const { record } of engine.containers.all()) {
    const live = Object.values(record.endpoints).find(({ networkId }) => networkId === network.id)?.live;
    if (!live) continue;
    containers[record.id] = {
      Name: record.name,
      EndpointID: live.endpointId,
      MacAddress: live.macAddress,
      IPv4Address: live.ipAddress === "" ? "" : `${live.ipAddress}/${live.prefixLength}`,
      IPv6Address: "",
    };
  }
  return containers;
}
