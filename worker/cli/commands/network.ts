// `docker network create`, `ls`, `rm`, `connect`, `disconnect`

import type { WireEndpointSettings } from "../../api/wire/container-config.ts";
import type {
  WireConnectNetwork,
  WireCreatedNetwork,
  WireCreateNetwork,
  WireDisconnectNetwork,
  WireNetwork,
} from "../../api/wire/network.ts";
import { ApiError } from "../api-client.ts";
import type { Command } from "../command.ts";
import { checkLabel, checkLink } from "../container-checks.ts";
import { formatLabels } from "../container-row.ts";
import { checkFilter, formatFilters } from "../filters.ts";
import { type FlagValues, flag } from "../flags.ts";
import { forEachName, nameSegment } from "../for-each-name.ts";
import { TABLE_FORMAT_FLAG } from "../format-flag.ts";
import { printRows } from "../format-rows.ts";
import { ipamConfig } from "../ipam-config.ts";
import { toMap } from "../key-values.ts";
import { goTime, shortId } from "../units.ts";

export const networkCreateCommand: Command = {
  paths: ["network create"],
  summary: "Create a network",
  usage: "[OPTIONS] NETWORK",
  flags: [
    flag("--attachable", "bool", "Enable manual container attachment"),
    flag("--aux-address", "map", "Auxiliary IPv4 or IPv6 addresses used by Network driver", {
      defaultHelp: "map[]",
    }),
    flag("-d, --driver", "string", "Driver to manage the Network", { default: "bridge" }),
    flag("--gateway", "strings", "IPv4 or IPv6 Gateway for the master subnet"),
    flag("--internal", "bool", "Restrict external access to the network"),
    flag("--ip-range", "strings", "Allocate container ip from a sub-range"),
    flag("--ipam-driver", "string", "IP Address Management Driver", { default: "default" }),
    flag("--ipam-opt", "map", "Set IPAM driver specific options", { defaultHelp: "map[]" }),
    flag("--ipv4", "bool", "Enable or disable IPv4 address assignment", { default: "true" }),
    flag("--ipv6", "bool", "Enable or disable IPv6 address assignment"),
    flag("--label", "list", "Set metadata on a network", { check: checkLabel }),
    flag("-o, --opt", "map", "Set driver specific options", { defaultHelp: "map[]" }),
    flag("--scope", "string", "Control the network's scope"),
    flag("--subnet", "strings", "Subnet in CIDR format that represents a network segment"),
  ],
  minArgs: 1,
  maxArgs: 1,
  completes: ["nothing"],
  async run({ api, args, flags, out, err }) {
    const created = await api.json<WireCreatedNetwork>("POST", "/networks/create", {
      json: createBody(args[0]!, flags),
    });
    if (created.Warning) await err.line(`WARNING: ${created.Warning}`);
    await out.line(created.Id);
    return 0;
  },
};

function createBody(name: string, flags: FlagValues): WireCreateNetwork {
  return {
    Name: name,
    Driver: flags.text("driver"),
    Scope: flags.text("scope"),
    IPAM: {
      Driver: flags.text("ipam-driver"),
      Options: toMap(flags.list("ipam-opt")),
      Config: ipamConfig({
        subnets: flags.list("subnet"),
        ranges: flags.list("ip-range"),
        gateways: flags.list("gateway"),
        auxiliary: toMap(flags.list("aux-address")),
      }),
    },
    Internal: flags.isOn("internal"),
    Attachable: flags.isOn("attachable"),
    ...(flags.wasSet("ipv4") ? { EnableIPv4: flags.isOn("ipv4") } : {}),
    ...(flags.wasSet("ipv6") ? { EnableIPv6: flags.isOn("ipv6") } : {}),
    Options: toMap(flags.list("opt")),
    Labels: toMap(flags.list("label")),
  };
}

export const networkLsCommand: Command = {
  paths: ["network ls", "network list"],
  summary: "List networks",
  usage: "[OPTIONS]",
  flags: [
    flag("-f, --filter", "filter", 'Provide filter values (e.g. "driver=bridge")', { check: checkFilter }),
    TABLE_FORMAT_FLAG,
    flag("--no-trunc", "bool", "Do not truncate the output"),
    flag("-q, --quiet", "bool", "Only display network IDs"),
  ],
  minArgs: 0,
  maxArgs: 0,
  async run(context) {
    const { api, flags } = context;
    const networks = await api.json<WireNetwork[]>("GET", "/networks", {
      query: { filters: formatFilters(flags.list("filter")) },
    });
    networks.sort((a, b) => (a.Name < b.Name ? -1 : 1));
    const rows = networks.map((network) => networkRow(network, !flags.isOn("no-trunc")));
    await printRows(context, rows, {
      table: "{{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.Scope}}",
      quiet: "{{.ID}}",
      headings: {
        ID: "NETWORK ID",
        Name: "NAME",
        Driver: "DRIVER",
        Scope: "SCOPE",
        IPv4: "IPV4",
        IPv6: "IPV6",
        Internal: "INTERNAL",
        Labels: "LABELS",
        CreatedAt: "CREATED AT",
      },
    });
    return 0;
  },
};

function networkRow(network: WireNetwork, truncate: boolean) {
  const labels = network.Labels ?? {};
  return {
    ID: truncate ? shortId(network.Id) : network.Id,
    Name: network.Name,
    Driver: network.Driver,
    Scope: network.Scope,
    IPv4: String(network.EnableIPv4 ?? false),
    IPv6: String(network.EnableIPv6 ?? false),
    Internal: String(network.Internal ?? false),
    Labels: formatLabels(labels),
    Label: (name: unknown) => (Object.hasOwn(labels, String(name)) ? labels[String(name)] : ""),
    CreatedAt: goTime(Date.parse(network.Created) || 0),
  };
}

export const networkRmCommand: Command = {
  paths: ["network rm", "network remove"],
  summary: "Remove one or more networks",
  usage: "NETWORK [NETWORK...]",
  flags: [flag("-f, --force", "bool", "Do not error if the network does not exist")],
  minArgs: 1,
  maxArgs: Number.POSITIVE_INFINITY,
  completes: ["network"],
  run: (context) =>
    forEachName(context, async (_, segment) => {
      await context.api.send("DELETE", `/networks/${segment}`).catch((error: unknown) => {
        if (!(context.flags.isOn("force") && error instanceof ApiError && error.status === 404)) throw error;
      });
      return undefined;
    }),
};

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

export const networkDisconnectCommand: Command = {
  paths: ["network disconnect"],
  summary: "Disconnect a container from a network",
  usage: "[OPTIONS] NETWORK CONTAINER",
  flags: [flag("-f, --force", "bool", "Force the container to disconnect from a network")],
  minArgs: 2,
  maxArgs: 2,
  completes: ["network", "container", "nothing"],
  async run({ api, args, flags }) {
    const body: WireDisconnectNetwork = { Container: args[1]!, Force: flags.isOn("force") };
    await api.send("POST", `/networks/${nameSegment(args[0]!)}/disconnect`, { json: body });
    return 0;
  },
};
