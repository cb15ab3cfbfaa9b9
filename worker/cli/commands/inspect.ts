// `docker inspect`, over every kind of object, and the inspections of one kind (`container inspect`, `image inspect`, …).

import { messageOf } from "../../base/errors.ts";
import { ApiError } from "../api-client.ts";
import { CliError } from "../cli-error.ts";
import type { Command, CommandContext, Completion } from "../command.ts";
import { type FlagSpec, flag } from "../flags.ts";
import { imageSegment, nameSegment } from "../for-each-name.ts";
import { objectFormatFlag } from "../format-flag.ts";
import { formatObjects } from "../format-objects.ts";
import { platformJson } from "../platform.ts";

export type ObjectKind = "container" | "image" | "network" | "volume";

const SIZE_HELP = "Display total file sizes";

export const inspectCommand: Command = {
  paths: ["inspect"],
  summary: "Return low-level information on Docker objects",
  usage: "[OPTIONS] NAME|ID [NAME|ID...]",
  flags: [
    objectFormatFlag(true),
    flag("-s, --size", "bool", `${SIZE_HELP} if the type is container`),
    flag("--type", "string", "Only inspect objects of the given type"),
  ],
  minArgs: 1,
  maxArgs: Number.POSITIVE_INFINITY,
  completes: ["any"],
  async run(context) {
    const kinds = kindsOf(context.flags.text("type"));
    return await inspectEach(context, (name) => findObject(context, name, kinds));
  },
};

function kindsOf(type: string): readonly ObjectKind[] {
  const all: readonly ObjectKind[] = ["container", "image", "network", "volume"];
  if (type === "") return all;
  const kind = all.find((candidate) => candidate === type);
  if (kind === undefined)
    throw new CliError(
      `unknown type: ${JSON.stringify(type)}: must be one of ${all.map((name) => `"${name}"`).join(", ")}`,
    );
  return [kind];
}

async function findObject(
  context: CommandContext,
  name: string,
  kinds: readonly ObjectKind[],
): Promise<unknown> {
  for (const kind of kinds) {
    try {
      return await fetchObject(context, kind, name, { size: context.flags.isOn("size") });
    } catch (error) {
      const goesOn = kinds.length > 1 && error instanceof ApiError && error.status === 404;
      if (!goesOn) throw error;
    }
  }
  throw new CliError(`Error: No such object: ${name}`);
}

function fetchObject(
  { api }: CommandContext,
  kind: ObjectKind,
  name: string,
  { size, platform = "" }: { size: boolean; platform?: string },
): Promise<unknown> {
  switch (kind) {
    case "container":
      return api.json("GET", `/containers/${nameSegment(name)}/json`, { query: { size } });
    case "image":
      return api.json("GET", `/images/${imageSegment(name)}/json`, { query: { platform } });
    case "network":
      return api.json("GET", `/networks/${nameSegment(name)}`);
    case "volume":
      return api.json("GET", `/volumes/${nameSegment(name)}`);
  }
}

/** Prints what was found, then what was not. */
async function inspectEach(
  { args, flags, out, err }: CommandContext,
  find: (name: string) => Promise<unknown>,
): Promise<number> {
  const format = flags.text("format");
  const found: unknown[] = [];
  const failures: string[] = [];
  for (const name of args) {
    try {
      found.push(await find(name));
    } catch (error) {
      failures.push(messageOf(error));
    }
  }
  await out.write(formatObjects(found, format));
  for (const failure of failures) await err.line(failure);
  return failures.length > 0 ? 1 : 0;
}

function inspectKind(
  kind: ObjectKind,
  usage: string,
  completes: Completion,
  flags: readonly FlagSpec[] = [],
): Command {
  return {
    paths: [`${kind} inspect`],
    summary: `Display detailed information on one or more ${kind}s`,
    usage: `[OPTIONS] ${usage} [${usage}...]`,
    flags: [objectFormatFlag(true), ...flags],
    minArgs: 1,
    maxArgs: Number.POSITIVE_INFINITY,
    completes: [completes],
    run: (context) => {
      const { flags } = context;
      const size = flags.isKnown("size") && flags.isOn("size");
      const platform = flags.isKnown("platform") ? platformJson(flags.text("platform")) : "";
      return inspectEach(context, (name) => fetchObject(context, kind, name, { size, platform }));
    },
  };
}

export const KIND_INSPECT_COMMANDS: readonly Command[] = [
  inspectKind("container", "CONTAINER", "container", [flag("-s, --size", "bool", SIZE_HELP)]),
  inspectKind("image", "IMAGE", "image", [
    flag(
      "--platform",
      "string",
      'Inspect a specific platform of the image, formatted as "os[/arch[/variant]]"',
    ),
  ]),
  inspectKind("network", "NETWORK", "network", [
    flag("-v, --verbose", "bool", "Verbose output for diagnostics"),
  ]),
  inspectKind("volume", "VOLUME", "volume"),
];
