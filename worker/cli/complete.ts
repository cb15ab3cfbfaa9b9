// What the shell offers after Tab: verbs, flags, and the names of what there is.

import type { ApiHandler } from "../api/exchange.ts";
import type { WireContainerSummary } from "../api/wire/container-summary.ts";
import type { WireImageSummary } from "../api/wire/image.ts";
import type { WireNetwork } from "../api/wire/network.ts";
import type { WireVolumeList } from "../api/wire/volume.ts";
import { ApiClient } from "./api-client.ts";
import type { Command, Completion } from "./command.ts";
import { commandsIn, findCommand, GROUPS } from "./command-tree.ts";
import type { FlagSpec } from "./flags.ts";
import { GLOBAL_FLAGS } from "./global-flags.ts";

/** `words` without `docker` itself; the one at index `current` is being typed. Candidates, sorted; none when the engine does not answer. */
export async function completeDocker(
  words: readonly string[],
  current: number,
  api: ApiHandler,
): Promise<string[]> {
  const typed = words[current] ?? "";
  const before = words.slice(0, current);
  const candidates = await candidatesFor(skipGlobalFlags(before), typed, new ApiClient(api)).catch(() => []);
  return [...new Set(candidates)].filter((candidate) => candidate.startsWith(typed)).sort();
}

async function candidatesFor(before: readonly string[], typed: string, api: ApiClient): Promise<string[]> {
  const topNames = () => [
    ...commandsIn("").map(({ name }) => name),
    ...GROUPS.map(({ name }) => name),
    "help",
  ];
  if (before.length === 0) return typed.startsWith("-") ? longFlags(GLOBAL_FLAGS) : topNames();
  if (before[0] === "help") return before.length === 1 ? topNames() : [];
  const found = findCommand(before);
  if (found.kind === "group") return commandsIn(found.group.name).map(({ name }) => name);
  if (found.kind === "unknown") return [];
  const { command, rest } = found;
  const walked = walk(command, rest);
  if (walked.valueOf !== undefined) return await flagValues(walked.valueOf, api);
  if (typed.startsWith("-") && !walked.flagsEnded) return longFlags(command.flags);
  const completes = command.completes ?? ["nothing"];
  return await namesOf(completes[Math.min(walked.positional, completes.length - 1)] ?? "nothing", api);
}

/** How far a command's words have got: how many are no flags, and whether the next one is a flag's value. */
function walk(command: Command, words: readonly string[]) {
  let positional = 0;
  let flagsEnded = false;
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    if (!flagsEnded && word === "--") flagsEnded = true;
    else if (flagsEnded || !word.startsWith("-") || word === "-") {
      positional++;
      if (command.ownsRest === true) flagsEnded = true;
    } else {
      const flag = valueFlag(command.flags, word);
      if (flag !== undefined && index === words.length - 1) return { positional, flagsEnded, valueOf: flag };
      if (flag !== undefined) index++;
    }
  }
  return { positional, flagsEnded, valueOf: undefined };
}

/** The flag that this word ends with and that takes the next word as its value. */
function valueFlag(flags: readonly FlagSpec[], word: string): FlagSpec | undefined {
  if (word.includes("=")) return undefined;
  const flag = word.startsWith("--")
    ? flags.find(({ name }) => name === word.slice(2))
    : flags.find(({ short }) => short === word.at(-1));
  return flag === undefined || flag.type === "bool" ? undefined : flag;
}

function skipGlobalFlags(words: readonly string[]): readonly string[] {
  let index = 0;
  while (index < words.length && words[index]!.startsWith("-"))
    index += valueFlag(GLOBAL_FLAGS, words[index]!) === undefined ? 1 : 2;
  return words.slice(index);
}

function longFlags(flags: readonly FlagSpec[]): string[] {
  return [...flags.filter(({ hidden }) => hidden !== true).map(({ name }) => `--${name}`), "--help"];
}

async function flagValues({ name }: FlagSpec, api: ApiClient): Promise<string[]> {
  switch (name) {
    case "network":
    case "net":
      return [...(await namesOf("network", api)), "host", "none"];
    case "volumes-from":
    case "link":
      return await namesOf("container", api);
    case "pull":
      return ["always", "missing", "never"];
    case "restart":
      return ["always", "no", "on-failure", "unless-stopped"];
    case "type":
      return ["container", "image", "network", "volume"];
    case "signal":
      return ["SIGHUP", "SIGINT", "SIGKILL", "SIGQUIT", "SIGTERM", "SIGUSR1", "SIGUSR2"];
    default:
      return [];
  }
}

async function namesOf(what: Completion, api: ApiClient): Promise<string[]> {
  switch (what) {
    case "container":
      return await containerNames(api, () => true);
    case "running":
      return await containerNames(api, ({ State }) => State === "running" || State === "paused");
    case "stopped":
      return await containerNames(api, ({ State }) => State !== "running" && State !== "paused");
    case "image":
      return await imageNames(api);
    case "network":
      return (await api.json<WireNetwork[]>("GET", "/networks")).map(({ Name }) => Name);
    case "volume":
      return ((await api.json<WireVolumeList>("GET", "/volumes")).Volumes ?? []).map(({ Name }) => Name);
    case "any":
      return (
        await Promise.all([
          namesOf("container", api),
          namesOf("image", api),
          namesOf("volume", api),
          namesOf("network", api),
        ])
      ).flat();
    case "nothing":
      return [];
  }
}

async function containerNames(
  api: ApiClient,
  isWanted: (container: WireContainerSummary) => boolean,
): Promise<string[]> {
  const containers = await api.json<WireContainerSummary[]>("GET", "/containers/json", {
    query: { all: true },
  });
  return containers.filter(isWanted).flatMap(({ Names }) => Names.map((name) => name.replace(/^\//, "")));
}

/** `busybox` besides `busybox:latest`. */
async function imageNames(api: ApiClient): Promise<string[]> {
  const images = await api.json<WireImageSummary[]>("GET", "/images/json");
  return images
    .flatMap(({ RepoTags }) => RepoTags ?? [])
    .filter((name) => name !== "<none>:<none>")
    .flatMap((name) => (name.endsWith(":latest") ? [name.slice(0, -":latest".length), name] : [name]));
}
