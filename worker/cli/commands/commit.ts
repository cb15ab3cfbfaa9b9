// `docker commit`

import type { Command } from "../command.ts";
import { flag } from "../flags.ts";
import { nameSegment } from "../for-each-name.ts";
import { parseImageReference, withDefaultTag } from "../image-reference.ts";

export const commitCommand: Command = {
  paths: ["container commit", "commit"],
  summary: "Create a new image from a container's changes",
  usage: "[OPTIONS] CONTAINER [REPOSITORY[:TAG]]",
  flags: [
    flag("-a, --author", "string", 'Author (e.g., "John Hannibal Smith <hannibal@a-team.com>")'),
    flag("-c, --change", "list", "Apply Dockerfile instruction to the created image"),
    flag("-m, --message", "string", "Commit message"),
    flag("-p, --pause", "bool", "Pause container during commit", { default: "true" }),
  ],
  minArgs: 1,
  maxArgs: 2,
  completes: ["container", "image", "nothing"],
  async run({ api, args, flags, out }) {
    const [container = "", name] = args;
    nameSegment(container);
    const reference = name === undefined ? undefined : withDefaultTag(parseImageReference(name));
    const { Id } = await api.json<{ Id: string }>("POST", "/commit", {
      query: {
        container,
        repo: reference?.repository,
        tag: reference?.tag,
        comment: flags.text("message"),
        author: flags.text("author"),
        changes: flags.list("change"),
        pause: flags.isOn("pause") ? undefined : 0,
      },
      json: {},
    });
    await out.line(Id);
    return 0;
  },
};
