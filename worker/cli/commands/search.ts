// `docker search`: the engine answers with the images that ship.

import type { WireSearchResult } from "../../api/wire/image.ts";
import type { Command } from "../command.ts";
import { checkFilter, formatFilters } from "../filters.ts";
import { flag } from "../flags.ts";
import { printRows } from "../format-rows.ts";
import { ellipsis } from "../units.ts";

const DESCRIPTION_LETTERS = 45;

export const searchCommand: Command = {
  paths: ["search"],
  summary: "Search Docker Hub for images",
  usage: "[OPTIONS] TERM",
  details: "Here the images that ship with this machine are searched.",
  flags: [
    flag("-f, --filter", "filter", "Filter output based on conditions provided", { check: checkFilter }),
    flag("--format", "string", "Pretty-print search using a Go template"),
    flag("--limit", "int", "Max number of search results"),
    flag("--no-trunc", "bool", "Don't truncate output"),
  ],
  minArgs: 1,
  maxArgs: 1,
  completes: ["nothing"],
  async run(context) {
    const { api, args, flags } = context;
    const found = await api.json<WireSearchResult[] | null>("GET", "/images/search", {
      query: {
        term: args[0],
        limit: flags.number("limit") || undefined,
        filters: formatFilters(flags.list("filter")),
      },
    });
    const isJson = flags.text("format").trim() === "json";
    const rows = (found ?? []).map(({ name, description, star_count, is_official }) => {
      const line = description.replaceAll(/[\r\n]/g, " ");
      return {
        Name: name,
        Description: flags.isOn("no-trunc") ? line : ellipsis(line, DESCRIPTION_LETTERS),
        StarCount: String(star_count),
        IsOfficial: isJson ? String(is_official) : is_official ? "[OK]" : "",
      };
    });
    await printRows(context, rows, {
      table: "{{.Name}}\t{{.Description}}\t{{.StarCount}}\t{{.IsOfficial}}",
      headings: {
        Name: "NAME",
        Description: "DESCRIPTION",
        StarCount: "STARS",
        IsOfficial: "OFFICIAL",
      },
    });
    return 0;
  },
};
