// The verbs by path: `run`, `container run`, `volume ls`. Built from the commands' own tables, once.

import type { Command } from "./command.ts";
import { COMMANDS } from "./commands/command-list.ts";

export interface CommandGroup {
  readonly name: string;
  readonly summary: string;
}

export const GROUPS: readonly CommandGroup[] = [
  { name: "container", summary: "Manage containers" },
  { name: "context", summary: "Manage contexts" },
  { name: "image", summary: "Manage images" },
  { name: "network", summary: "Manage networks" },
  { name: "system", summary: "Manage Docker" },
  { name: "volume", summary: "Manage volumes" },
];

export interface NamedCommand {
  readonly name: string;
  readonly command: Command;
}

/** The canonical names in a group ("" is the top), sorted; aliases and hidden ones left out. */
export function commandsIn(group: string): NamedCommand[] {
  return COMMANDS.filter((command) => command.hidden !== true)
    .flatMap((command) => {
      const name = canonicalName(command, group);
      return name === undefined ? [] : [{ name, command }];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

export type FoundCommand =
  | {
      readonly kind: "command";
      readonly command: Command;
      readonly path: string;
      readonly rest: readonly string[];
    }
  | { readonly kind: "group"; readonly group: CommandGroup }
  | {
      readonly kind: "unknown";
      readonly word: string;
      readonly parent: string;
      readonly group: CommandGroup | undefined;
      readonly siblings: readonly string[];
    };

/** Looks up the first one or two words; the rest is the command's. `path` is canonical. */
export function findCommand(words: readonly string[]): FoundCommand {
  const [first = "", second] = words;
  const group = GROUPS.find(({ name }) => name === first);
  if (group === undefined) return lookUp("", first, words.slice(1));
  if (second === undefined || second === "--help" || second === "-h") return { kind: "group", group };
  return lookUp(group.name, second, words.slice(2));
}

function lookUp(parent: string, word: string, rest: readonly string[]): FoundCommand {
  const path = parent === "" ? word : `${parent} ${word}`;
  const command = COMMANDS.find(({ paths }) => paths.includes(path));
  if (command === undefined) {
    const groups = parent === "" ? GROUPS.map(({ name }) => name) : [];
    return {
      kind: "unknown",
      word,
      parent,
      group: GROUPS.find(({ name }) => name === parent),
      siblings: [...commandsIn(parent).map(({ name }) => name), ...groups],
    };
  }
  const name = canonicalName(command, parent) ?? word;
  return { kind: "command", command, path: parent === "" ? name : `${parent} ${name}`, rest };
}

function canonicalName(command: Command, group: string): string | undefined {
  const path = command.paths.find((path) => groupOf(path) === group);
  return path?.slice(path.indexOf(" ") + 1);
}

function groupOf(path: string): string {
  const space = path.indexOf(" ");
  return space < 0 ? "" : path.slice(0, space);
}
