// `docker rmi`

import type { WireImageDeleted } from "../../api/wire/image.ts";
import { messageOf } from "../../base/errors.ts";
import { ApiError } from "../api-client.ts";
import type { Command } from "../command.ts";
import { flag } from "../flags.ts";
import { imageSegment } from "../for-each-name.ts";

export const rmiCommand: Command = {
  paths: ["image rm", "image remove", "rmi"],
  summary: "Remove one or more images",
  usage: "[OPTIONS] IMAGE [IMAGE...]",
  flags: [
    flag("-f, --force", "bool", "Force removal of the image"),
    flag("--no-prune", "bool", "Do not delete untagged parents"),
    flag(
      "--platform",
      "strings",
      'Remove only the given platform variant, formatted as "os[/arch[/variant]]"',
    ),
  ],
  minArgs: 1,
  maxArgs: Number.POSITIVE_INFINITY,
  completes: ["image"],
  async run({ api, args, flags, out, err }) {
    const failures: string[] = [];
    let fatal = false;
    for (const name of args) {
      try {
        const removed = await api.json<WireImageDeleted[]>("DELETE", `/images/${imageSegment(name)}`, {
          query: { force: flags.isOn("force"), noprune: flags.isOn("no-prune") },
        });
        for (const { Deleted, Untagged } of removed)
          await out.line(Deleted ? `Deleted: ${Deleted}` : `Untagged: ${Untagged}`);
      } catch (error) {
        if (!(error instanceof ApiError && error.status === 404)) fatal = true;
        failures.push(messageOf(error));
      }
    }
    for (const failure of failures) await err.line(failure);
    // With --force an image that is not there is told, but no failure.
    return failures.length === 0 || (flags.isOn("force") && !fatal) ? 0 : 1;
  },
};
