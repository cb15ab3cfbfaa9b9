// `docker pull`

import { CliError } from "../cli-error.ts";
import type { Command } from "../command.ts";
import { flag } from "../flags.ts";
import { parseImageReference, withDefaultTag } from "../image-reference.ts";
import { checkPlatform } from "../platform.ts";
import { pullImage } from "../pull-image.ts";

export const pullCommand: Command = {
  paths: ["image pull", "pull"],
  summary: "Download an image from a registry",
  usage: "[OPTIONS] NAME[:TAG|@DIGEST]",
  flags: [
    flag("-a, --all-tags", "bool", "Download all tagged images in the repository"),
    flag("--disable-content-trust", "bool", "Skip image verification", { default: "true" }),
    flag("--platform", "string", "Set platform if server is multi-platform capable"),
    flag("-q, --quiet", "bool", "Suppress verbose output"),
  ],
  minArgs: 1,
  maxArgs: 1,
  completes: ["image", "nothing"],
  async run({ session, api, args, flags, out }) {
    const platform = checkPlatform(flags.text("platform"));
    const reference = parseImageReference(args[0]!);
    const allTags = flags.isOn("all-tags");
    if (allTags && (reference.tag !== undefined || reference.digest !== undefined))
      throw new CliError("tag can't be used with --all-tags/-a");
    const full = allTags ? reference : withDefaultTag(reference);
    const quiet = flags.isOn("quiet");
    if (full !== reference && !quiet) await out.line(`Using default tag: ${full.tag}`);
    const columns = session.isTerminal.stdout ? (session.terminalSize()?.columns ?? 80) : undefined;
    await pullImage(api, reference, { platform, allTags, sink: out, columns, quiet });
    const tag = full.tag === undefined ? "" : `:${full.tag}`;
    const digest = full.digest === undefined ? "" : `@${full.digest}`;
    await out.line(full.repository + tag + digest);
    return 0;
  },
};
