// A container's settings on one network, and what Docker refuses of them, in its words.

import { EngineError } from "../../base/errors.ts";
import { ipv4Text, parseIpv4, parseSubnet, subnetContains } from "../networks/ipv4.ts";
import { isPredefined, type NetworkRecord } from "../networks/network-record.ts";

export interface EndpointRequest {
  readonly aliases: readonly string[];
  readonly links: readonly string[];
  readonly ipAddress: string;
  readonly macAddress: string;
  readonly gatewayPriority: number;
}

/** `network`: undefined where it does not exist yet. Throws EngineError("invalid-argument") with every reason. */
export function checkEndpoint(network: NetworkRecord | undefined, request: EndpointRequest): void {
  const { ipAddress, aliases } = request;
  const address = parseIpv4(ipAddress);
  const reasons: string[] = [];
  if (network && isPredefined(network)) {
    if (ipAddress !== "")
      reasons.push("user specified IP address is supported on user defined networks only");
    if (aliases.length > 0)
      reasons.push("network-scoped alias is supported only for containers in user defined networks");
  }
  if (ipAddress !== "" && address === undefined) reasons.push(`invalid IPv4 address: ${ipAddress}`);
  if (address !== undefined && network && network.subnet !== "")
    if (!subnetContains(parseSubnet(network.subnet), address))
      reasons.push(`no configured subnet contains IP address ${ipv4Text(address)}`);
  if (reasons.length > 0)
    throw new EngineError("invalid-argument", `invalid endpoint settings:\n${reasons.join("\n")}`);
}
