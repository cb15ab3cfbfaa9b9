// `docker diff`

import type { WireChange } from "../../api/wire/container-summary.ts";
import type { Command } from "../command.ts";
import { nameSegment } from "../for-each-name.ts";

export const diffCommand: Command = {
  paths: ["container diff", "diff"],
  summary: "Inspect changes to files or directories on a container's filesystem",
  usage: "CONTAINER",
  flags: [],
  minArgs: 1,
  maxArgs: 1,
  completes: ["container", "nothing"],
  async run({ api, args, out }) {
    const changes = await api.json<WireChange[] | null>(
      "GET",
      `/containers/${nameSegment(args[0]!)}/changes`,
    );
    await out.write((changes ?? []).map(({ Kind, Path }) => `${"CAD"[Kind] ?? "?"} ${Path}\n`).join(""));
    return 0;
  },
};
