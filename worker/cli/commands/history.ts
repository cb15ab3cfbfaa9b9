// `docker history`

import type { WireImageHistoryItem } from "../../api/wire/image.ts";
import type { Command } from "../command.ts";
import { flag } from "../flags.ts";
import { imageSegment } from "../for-each-name.ts";
import { TABLE_FORMAT_FLAG } from "../format-flag.ts";
import { printRows } from "../format-rows.ts";
import { platformJson } from "../platform.ts";
import { ellipsis, humanAgo, humanSize, shortId } from "../units.ts";

export const historyCommand: Command = {
  paths: ["image history", "history"],
  summary: "Show the history of an image",
  usage: "[OPTIONS] IMAGE",
  flags: [
    TABLE_FORMAT_FLAG,
    flag("-H, --human", "bool", "Print sizes and dates in human readable format", { default: "true" }),
    flag("--no-trunc", "bool", "Don't truncate output"),
    flag("--platform", "string", 'Show history for the given platform, formatted as "os[/arch[/variant]]"'),
    flag("-q, --quiet", "bool", "Only show image IDs"),
  ],
  minArgs: 1,
  maxArgs: 1,
  completes: ["image", "nothing"],
  async run(context) {
    const { api, args, flags } = context;
    const history = await api.json<WireImageHistoryItem[]>(
      "GET",
      `/images/${imageSegment(args[0]!)}/history`,
      {
        query: { platform: platformJson(flags.text("platform")) },
      },
    );
    const truncate = !flags.isOn("no-trunc");
    const human = flags.isOn("human");
    const now = Date.now();
    const rows = history.map((item) => {
      const createdBy = item.CreatedBy.replaceAll("\t", " ");
      const createdAt = new Date(item.Created * 1000).toISOString().replace(".000", "");
      return {
        ID: truncate && item.Id !== "<missing>" ? shortId(item.Id) : item.Id,
        CreatedAt: createdAt,
        CreatedSince: human ? humanAgo(item.Created * 1000, now) : createdAt,
        CreatedBy: truncate ? ellipsis(createdBy, 45) : createdBy,
        Size: human ? humanSize(item.Size, 3) : String(item.Size),
        Comment: item.Comment,
      };
    });
    await printRows(context, rows, {
      table: "{{.ID}}\t{{.CreatedSince}}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}",
      quiet: "{{.ID}}",
      goType: "*image.historyContext",
      headings: {
        ID: "IMAGE",
        CreatedSince: human ? "CREATED" : "CREATED AT",
        CreatedAt: "CREATED AT",
        CreatedBy: "CREATED BY",
        Size: "SIZE",
        Comment: "COMMENT",
      },
    });
    return 0;
  },
};
