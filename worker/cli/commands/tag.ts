// `docker tag`

import { messageOf } from "../../base/errors.ts";
import { CliError } from "../cli-error.ts";
import type { Command } from "../command.ts";
import { imageSegment } from "../for-each-name.ts";
import { parseImageReference, withDefaultTag } from "../image-reference.ts";

export const tagCommand: Command = {
  paths: ["image tag", "tag"],
  summary: "Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE",
  usage: "SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]",
  flags: [],
  minArgs: 2,
  maxArgs: 2,
  completes: ["image", "image", "nothing"],
  async run({ api, args }) {
    const [source = "", target = ""] = args;
    const reference = withDefaultTag(parseTarget(target));
    if (reference.digest !== undefined)
      throw new CliError("refusing to create a tag with a digest reference");
    checkSource(source);
    await api.send("POST", `/images/${imageSegment(source)}/tag`, {
      query: { repo: reference.repository, tag: reference.tag },
    });
    return 0;
  },
};

function parseTarget(name: string) {
  try {
    return parseImageReference(name);
  } catch (error) {
    throw new CliError(
      `Error parsing reference: ${JSON.stringify(name)} is not a valid repository/tag: ${messageOf(error)}`,
      1,
      { cause: error },
    );
  }
}

function checkSource(name: string): void {
  if (/^(sha256:)?[0-9a-f]{64}$/.test(name)) return;
  parseTarget(name);
}
