// `docker network ls`

import type { WireNetwork } from "../../api/wire/network.ts";
import type { Command } from "../command.ts";
import { formatLabels } from "../container-row.ts";
import { checkFilter, formatFilters } from "../filters.ts";
import { flag } from "../flags.ts";
import { TABLE_FORMAT_FLAG } from "../format-flag.ts";
import { printRows } from "../format-rows.ts";
import { goTime, shortId } from "../units.ts";

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
      goType: "*network.networkContext",
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
