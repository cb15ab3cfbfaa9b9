// The pages that --help prints, in Docker's layout: usage, summary, aliases, options in two columns wrapped to the terminal's width.

import type { FlagSpec } from "./flags.ts";

export interface HelpPage {
  /** `docker run [OPTIONS] IMAGE [COMMAND] [ARG...]` */
  readonly usage: string;
  /** The summary, perhaps followed by paragraphs. */
  readonly description: string;
  /** Full paths, `docker container run`; [] prints none. */
  readonly aliases: readonly string[];
  readonly sections: readonly HelpSection[];
  readonly optionsTitle: string;
  readonly flags: readonly FlagSpec[];
  readonly footer: string | undefined;
  /** Columns of the terminal, 80 without one. */
  readonly width: number;
}

export interface HelpSection {
  readonly title: string;
  readonly entries: readonly { readonly name: string; readonly summary: string }[];
}

export function formatHelp(page: HelpPage): string {
  const parts = [`Usage:  ${page.usage}`, page.description];
  if (page.aliases.length > 0) parts.push(`Aliases:\n  ${page.aliases.join(", ")}`);
  for (const section of page.sections) parts.push(`${section.title}:\n${formatEntries(section)}`);
  const flags = page.flags.filter((flag) => flag.hidden !== true);
  if (flags.length > 0) parts.push(`${page.optionsTitle}:\n${formatFlags(flags, page.width)}`);
  if (page.footer !== undefined) parts.push(page.footer);
  return `${parts.join("\n\n")}\n`;
}

function formatEntries(section: HelpSection): string {
  return section.entries.map(({ name, summary }) => `  ${name.padEnd(11)} ${summary}`).join("\n");
}

/** The options' lines, sorted by name. */
export function formatFlags(flags: readonly FlagSpec[], width: number): string {
  const rows = [...flags]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((flag) => ({ left: flagColumn(flag), right: flag.help + defaultColumn(flag) }));
  const leftWidth = Math.max(...rows.map((row) => row.left.length)) + 3;
  return rows
    .map(({ left, right }) => {
      const lines = wrapLines(right, leftWidth, width - 1);
      return left.padEnd(leftWidth) + lines.join(`\n${" ".repeat(leftWidth)}`);
    })
    .join("\n");
}

function flagColumn(flag: FlagSpec): string {
  const name = flag.short === undefined ? `      --${flag.name}` : `  -${flag.short}, --${flag.name}`;
  return flag.type === "bool" ? name : `${name} ${flag.typeHelp ?? flag.type}`;
}

function defaultColumn(flag: FlagSpec): string {
  if (flag.defaultHelp !== undefined) return flag.defaultHelp === "" ? "" : ` (default ${flag.defaultHelp})`;
  if (flag.default === undefined || flag.default === "") return "";
  return ` (default ${flag.type === "string" ? JSON.stringify(flag.default) : flag.default})`;
}

/** A word may stick out up to five columns; a line break of the text's own is kept. */
function wrapLines(text: string, indent: number, width: number): string[] {
  const slack = 5;
  const room = width - indent - slack;
  if (room < 24 - slack) return text.split("\n");
  const lines: string[] = [];
  let rest = text;
  while (rest.length >= room + slack) {
    const head = rest.slice(0, room);
    const lineBreak = head.indexOf("\n") < 0 ? -1 : head.lastIndexOf("\n");
    const space = Math.max(head.lastIndexOf(" "), head.lastIndexOf("\t"), lineBreak);
    if (space <= 0) break;
    const cut = lineBreak > 0 ? lineBreak : space;
    lines.push(...rest.slice(0, cut).split("\n"));
    rest = rest.slice(cut + 1);
  }
  if (rest !== "") lines.push(...rest.split("\n"));
  return lines;
}
