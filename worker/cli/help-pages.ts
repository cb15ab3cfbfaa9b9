// The help page of a command, of a group, and of `docker` itself.

import type { Command } from "./command.ts";
import { type CommandGroup, commandsIn, GROUPS } from "./command-tree.ts";
import { GLOBAL_FLAGS } from "./global-flags.ts";
import { formatHelp, type HelpSection } from "./help.ts";

const COMMON = [
  "run",
  "exec",
  "ps",
  "build",
  "pull",
  "push",
  "images",
  "login",
  "logout",
  "search",
  "version",
  "info",
];

export function commandHelp(command: Command, path: string, width: number): string {
  const [...aliases] = command.paths.length > 1 ? command.paths.map((alias) => `docker ${alias}`) : [];
  return formatHelp({
    usage: `docker ${path} ${command.usage}`.trimEnd(),
    description: command.details === undefined ? command.summary : `${command.summary}\n\n${command.details}`,
    aliases,
    sections: [],
    optionsTitle: "Options",
    flags: command.flags,
    footer: undefined,
    width,
  });
}

export function groupHelp(group: CommandGroup, width: number): string {
  return formatHelp({
    usage: `docker ${group.name} COMMAND`,
    description: group.summary,
    aliases: [],
    sections: [{ title: "Commands", entries: entriesOf(group.name) }],
    optionsTitle: "Options",
    flags: [],
    footer: `Run 'docker ${group.name} COMMAND --help' for more information on a command.`,
    width,
  });
}

export function rootHelp(width: number): string {
  const entries = entriesOf("");
  const sections: HelpSection[] = [
    {
      title: "Common Commands",
      entries: COMMON.flatMap((name) => entries.filter((entry) => entry.name === name)),
    },
    { title: "Management Commands", entries: GROUPS },
    { title: "Commands", entries: entries.filter((entry) => !COMMON.includes(entry.name)) },
  ];
  return formatHelp({
    usage: "docker [OPTIONS] COMMAND",
    description: "A self-sufficient runtime for containers",
    aliases: [],
    sections,
    optionsTitle: "Global Options",
    flags: GLOBAL_FLAGS,
    footer: "Run 'docker COMMAND --help' for more information on a command.",
    width,
  });
}

function entriesOf(group: string): { name: string; summary: string }[] {
  return commandsIn(group).map(({ name, command }) => ({ name, summary: command.summary }));
}
