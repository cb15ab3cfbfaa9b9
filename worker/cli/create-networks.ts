// The networks of a new container: `--network` (several times), and --ip, --network-alias, --mac-address for the first one.

import type { WireEndpointSettings } from "../api/wire/container-config.ts";
import type { FlagValues } from "./flags.ts";
import { type NetworkSpec, parseMacAddress, parseNetwork } from "./network-spec.ts";

/** HostConfig.NetworkMode: the first network's name. */
export function networkModeOf(flags: FlagValues): string {
  return networksOf(flags)[0]?.name ?? "default";
}

/** NetworkingConfig.EndpointsConfig. Throws an Error with Docker's reason. */
export function endpointsOf(flags: FlagValues): Record<string, WireEndpointSettings> {
  const networks = networksOf(flags);
  const [first = { name: "default", endpoint: {} }, ...others] = networks;
  if (networks.length > 1 && !networks.every(({ name }) => isUserDefined(name)))
    throw new Error(
      "conflicting options: cannot attach both user-defined and non-user-defined network-modes",
    );
  const endpoints = new Map<string, WireEndpointSettings>();
  const endpoint = withFlags(first, flags);
  if (Object.keys(endpoint).length > 0 || isUserDefined(first.name)) endpoints.set(first.name, endpoint);
  for (const { name, endpoint } of others) {
    if (endpoints.has(name)) throw new Error(`network ${JSON.stringify(name)} is specified multiple times`);
    endpoints.set(name, endpoint);
  }
  return Object.fromEntries(endpoints);
}

function networksOf(flags: FlagValues): NetworkSpec[] {
  return [...flags.list("network"), ...flags.list("net")].map(parseNetwork);
}

function withFlags({ name, endpoint }: NetworkSpec, flags: FlagValues): WireEndpointSettings {
  const aliases = [...flags.list("network-alias"), ...flags.list("net-alias")];
  if (aliases.length > 0 && !isUserDefined(name))
    throw new Error("network-scoped aliases are only supported for user-defined networks");
  const addresses = {
    ...(flags.wasSet("ip") ? { IPv4Address: flags.text("ip") } : {}),
    ...(flags.wasSet("ip6") ? { IPv6Address: flags.text("ip6") } : {}),
    ...(flags.wasSet("link-local-ip") ? { LinkLocalIPs: flags.list("link-local-ip") } : {}),
  };
  const links = flags.list("link");
  return {
    ...endpoint,
    ...(aliases.length > 0 ? { Aliases: [...(endpoint.Aliases ?? []), ...aliases] } : {}),
    ...(Object.keys(addresses).length > 0 ? { IPAMConfig: { ...endpoint.IPAMConfig, ...addresses } } : {}),
    ...(flags.wasSet("mac-address") ? { MacAddress: parseMacAddress(flags.text("mac-address")) } : {}),
    ...(links.length > 0 && isUserDefined(name) ? { Links: links } : {}),
  };
}

function isUserDefined(name: string): boolean {
  return !["default", "bridge", "host", "none"].includes(name) && !name.startsWith("container:");
}
