// What is done to an image by name: pull, rmi, tag.

import type { WireImageDeleted } from "../../api/wire/image.ts";
import { messageOf } from "../../base/errors.ts";
import { ApiError } from "../api-client.ts";
import { CliError } from "../cli-error.ts";
import type { Command } from "../command.ts";
import { flag } from "../flags.ts";
import { imageSegment } from "../for-each-name.ts";
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
