// The addresses that a new network is to have, as the client wrote them, checked in Docker's words: subnet, the range that containers get
// theirs from, gateway, and those that are left to others.

import { EngineError } from "../../base/errors.ts";
import { parseIpv4, parseSubnet, type Subnet, subnetContains, subnetText } from "./ipv4.ts";

export interface IpamRequest {
  /** Empty: the next free one of Docker's pools. */
  readonly subnet: string;
  /** Empty: the whole subnet. */
  readonly ipRange: string;
  /** Empty: the first address of the range. */
  readonly gateway: string;
  readonly auxiliaryAddresses: Readonly<Record<string, string>>;
}

export interface Ipam {
  readonly subnet: Subnet;
  readonly ipRange: Subnet | undefined;
  readonly gateway: number;
}

/** Throws EngineError("invalid-argument") with every reason. `freeSubnet` is asked where the client names none. */
export function parseIpam(request: IpamRequest, freeSubnet: () => Subnet): Ipam {
  const reasons: string[] = [];
  const subnet = request.subnet === "" ? undefined : prefixOf("subnet", request.subnet, reasons);
  const ipRange = request.ipRange === "" ? undefined : prefixOf("ip-range", request.ipRange, reasons);
  if (subnet && ipRange) {
    if (ipRange.prefixLength < subnet.prefixLength)
      reasons.push(
        `invalid ip-range ${request.ipRange}: CIDR block is bigger than its parent subnet ${subnetText(subnet)}`,
      );
    if (!subnetContains(subnet, ipRange.base))
      reasons.push(
        `invalid ip-range ${request.ipRange}: parent subnet ${subnetText(subnet)} doesn't contain ip-range`,
      );
  }
  if (subnet) {
    const within = (what: string, address: string) => {
      const reason = addressProblem(subnet, address);
      if (reason !== undefined) reasons.push(`invalid ${what}: ${reason}`);
    };
    if (request.gateway !== "") within(`gateway ${request.gateway}`, request.gateway);
    for (const [name, address] of Object.entries(request.auxiliaryAddresses))
      within(`auxiliary address ${name}`, address);
  } else if (request.subnet === "" && (ipRange || request.gateway !== ""))
    reasons.push("every ip-range or gateway must have a corresponding subnet");
  if (reasons.length > 0)
    throw new EngineError("invalid-argument", `invalid network config:\n${reasons.join("\n")}`);
  const chosen = subnet ?? freeSubnet();
  const taken = new Set(Object.values(request.auxiliaryAddresses).map(parseIpv4));
  return {
    subnet: chosen,
    ipRange,
    gateway: parseIpv4(request.gateway) ?? firstFree(chosen, ipRange, taken),
  };
}

function firstFree(
  subnet: Subnet,
  ipRange: Subnet | undefined,
  taken: ReadonlySet<number | undefined>,
): number {
  const range = ipRange ?? subnet;
  const last = Math.min(lastAddress(range), lastAddress(subnet) - 1);
  for (let address = Math.max(range.base, subnet.base + 1); address <= last; address++)
    if (!taken.has(address)) return address;
  throw new EngineError("conflict", "no available IPv4 addresses on this network's address pools");
}

function lastAddress({ base, prefixLength }: Subnet): number {
  return base + 2 ** (32 - prefixLength) - 1;
}

function prefixOf(what: string, text: string, reasons: string[]): Subnet | undefined {
  try {
    const prefix = parseSubnet(text);
    if (text !== subnetText(prefix))
      reasons.push(`invalid ${what} ${text}: it should be ${subnetText(prefix)}`);
    return prefix;
  } catch {
    reasons.push(`invalid ${what} ${text}: invalid CIDR block notation`);
    return undefined;
  }
}

function addressProblem(subnet: Subnet, text: string): string | undefined {
  const address = parseIpv4(text);
  if (address === undefined) return "invalid address";
  return subnetContains(subnet, address)
    ? undefined
    : `parent subnet ${subnetText(subnet)} doesn't contain this address`;
}
