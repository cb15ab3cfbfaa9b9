// `docker ps`

import type { WireContainerSummary } from "../../api/wire/container-summary.ts";
import type { Command } from "../command.ts";
import { containerFormat, containerRow } from "../container-row.ts";
import { checkFilter, formatFilters } from "../filters.ts";
import { flag } from "../flags.ts";
import { TABLE_FORMAT_FLAG } from "../format-flag.ts";
import { printRows } from "../format-rows.ts";

export const psCommand: Command = {
  paths: ["container ls", "container list", "container ps", "ps"],
  summary: "List containers",
  usage: "[OPTIONS]",
  flags: [
    flag("-a, --all", "bool", "Show all containers (default shows just running)"),
    flag("-f, --filter", "filter", "Filter output based on conditions provided", { check: checkFilter }),
    TABLE_FORMAT_FLAG,
    flag("-n, --last", "int", "Show n last created containers (includes all states)", { default: "-1" }),
    flag("-l, --latest", "bool", "Show the latest created container (includes all states)"),
    flag("--no-trunc", "bool", "Don't truncate output"),
    flag("-q, --quiet", "bool", "Only display container IDs"),
    flag("-s, --size", "bool", "Display total file sizes"),
  ],
  minArgs: 0,
  maxArgs: 0,
  async run(context) {
    const { api, flags } = context;
    const last = flags.isOn("latest") && flags.number("last") < 0 ? 1 : flags.number("last");
    // A template that shows sizes asks for them, since counting them is dear.
    const withSize = flags.isOn("size") || /\.Size\b/.test(flags.text("format"));
    const containers = await api.json<WireContainerSummary[]>("GET", "/containers/json", {
      query: {
        all: flags.isOn("all"),
        size: withSize,
        limit: last > 0 ? last : undefined,
        filters: formatFilters(flags.list("filter")),
      },
    });
    const now = Date.now();
    const rows = containers.map((container) => containerRow(container, !flags.isOn("no-trunc"), now));
    await printRows(context, rows, containerFormat(flags.isOn("size")));
    return 0;
  },
};
