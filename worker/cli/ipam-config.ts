// The address plan of a new network: each subnet with its range, gateway and reserved addresses, which lie in it.

import type { WireIpam } from "../api/wire/network.ts";
import { CliError } from "./cli-error.ts";

type IpamSubnet = NonNullable<NonNullable<WireIpam["Config"]>[number]>;

export interface IpamFlags {
  /** `10.1.0.0/16` */
  readonly subnets: readonly string[];
  readonly ranges: readonly string[];
  readonly gateways: readonly string[];
  readonly auxiliary: Readonly<Record<string, string>>;
}

/** Throws a CliError when something lies in none of the subnets. */
export function ipamConfig(flags: IpamFlags): IpamSubnet[] {
  if (flags.subnets.length < flags.ranges.length || flags.subnets.length < flags.gateways.length)
    throw new CliError("every ip-range or gateway must have a corresponding subnet");
  for (const [at, subnet] of flags.subnets.entries())
    if (flags.subnets.slice(0, at).some((other) => contains(other, subnet) || contains(subnet, other)))
      throw new CliError("multiple overlapping subnet configuration is not supported");
  const configs = flags.subnets.map((Subnet): IpamSubnet => ({ Subnet }));
  const place = (what: string, address: string, put: (config: IpamSubnet) => void) => {
    const config = configs.find(({ Subnet }) => contains(Subnet!, address));
    if (config === undefined) throw new CliError(`no matching subnet for ${what} ${address}`);
    put(config);
  };
  for (const range of flags.ranges)
    place("range", range, (config) => {
      config.IPRange = range;
    });
  for (const gateway of flags.gateways)
    place("gateway", gateway, (config) => {
      config.Gateway = gateway;
    });
  for (const [name, address] of Object.entries(flags.auxiliary))
    place("aux-address", address, (config) => {
      config.AuxiliaryAddresses = { ...config.AuxiliaryAddresses, [name]: address };
    });
  return configs;
}

/** IPv6 is left to the engine: with one subnet of a family there is nothing to choose. */
function contains(subnet: string, address: string): boolean {
  const base = parseIpv4(subnet);
  const candidate = parseIpv4(address);
  if (base === undefined || candidate === undefined)
    return subnet.includes(":") && address.includes(":") && !address.includes("/");
  const bits = Number(subnet.split("/")[1] ?? 32);
  return bits === 0 || (bits <= 32 && base >>> (32 - bits) === candidate >>> (32 - bits));
}

function parseIpv4(text: string): number | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/\d{1,2})?$/.exec(text)?.slice(1).map(Number);
  if (parts === undefined || parts.some((part) => part > 255)) return undefined;
  return parts.reduce((value, part) => value * 256 + part, 0);
}
