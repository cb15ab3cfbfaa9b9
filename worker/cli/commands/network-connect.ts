// `docker network connect`

import type { WireEndpointSettings } from "../../api/wire/container-config.ts";
import type { WireConnectNetwork } from "../../api/wire/network.ts";
import type { Command } from "../command.ts";
import { checkLink } from "../container-checks.ts";
import { flag } from "../flags.ts";
import { nameSegment } from "../for-each-name.ts";
import { toMap } from "../key-values.ts";

export const networkConnectCommand: Command = {
  paths: ["network connect"],
  summary: "Connect a container to a network",
  usage: "[OPTIONS] NETWORK CONTAINER",
  flags: [
    flag("--alias", "strings", "Add network-scoped alias for the container"),
    flag("--driver-opt", "strings", "Driver options for the network"),
    flag("--gw-priority", "int", "The network with the highest one gives the default gateway"),
    flag("--ip", "string", 'IPv4 address (e.g., "172.30.100.104")'),
    flag("--ip6", "string", 'IPv6 address (e.g., "2001:db8::33")'),
    flag("--link", "list", "Add link to another container", { check: checkLink }),
    flag("--link-local-ip", "strings", "Add a link-local address for the container"),
  ],
  minArgs: 2,
  maxArgs: 2,
  completes: ["network", "container", "nothing"],
  async run({ api, args, flags }) {
    const addresses = {
      ...(flags.wasSet("ip") ? { IPv4Address: flags.text("ip") } : {}),
      ...(flags.wasSet("ip6") ? { IPv6Address: flags.text("ip6") } : {}),
      ...(flags.wasSet("link-local-ip") ? { LinkLocalIPs: flags.list("link-local-ip") } : {}),
    };
    const endpoint: WireEndpointSettings = {
      IPAMConfig: Object.keys(addresses).length === 0 ? null : addresses,
      Links: flags.list("link"),
      Aliases: flags.list("alias"),
      DriverOpts: toMap(flags.list("driver-opt")),
      GwPriority: flags.number("gw-priority"),
    };
    const body: WireConnectNetwork = { Container: args[1]!, EndpointConfig: endpoint };
    await api.send("POST", `/networks/${nameSegment(args[0]!)}/connect`, { json: body });
    return 0;
  },
};
