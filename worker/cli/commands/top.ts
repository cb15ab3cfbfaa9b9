// `docker top`

import type { WireTop } from "../../api/wire/container-summary.ts";
import type { Command } from "../command.ts";
import { nameSegment } from "../for-each-name.ts";
import { formatTable } from "../table.ts";

export const topCommand: Command = {
  paths: ["container top", "top"],
  summary: "Display the running processes of a container",
  usage: "CONTAINER [ps OPTIONS]",
  flags: [],
  minArgs: 1,
  maxArgs: Number.POSITIVE_INFINITY,
  ownsRest: true,
  completes: ["running", "nothing"],
  async run({ api, args, out }) {
    const [name = "", ...psArguments] = args;
    const top = await api.json<WireTop>("GET", `/containers/${nameSegment(name)}/top`, {
      query: { ps_args: psArguments.join(" ") },
    });
    await out.write(formatTable([top.Titles, ...top.Processes], { minWidth: 20, padding: 3 }));
    return 0;
  },
};
