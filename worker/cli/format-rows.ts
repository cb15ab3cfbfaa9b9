// Lists in the four forms that --format has: Docker's table, `table TEMPLATE`, `json`, and a template a row.

import { messageOf } from "../base/errors.ts";
import { CliError } from "./cli-error.ts";
import type { CommandContext } from "./command.ts";
import { alignTable } from "./table.ts";
import { compileTemplate, type Template } from "./template.ts";
import { OWN_JSON, toHtmlSafeJson } from "./template-value.ts";

/** A row: what templates see. Functions are methods, such as `Label`. */
export type Row = Readonly<Record<string, unknown>>;

export interface RowFormat {
  /** The template of the plain table, its cells parted by tabs. */
  readonly table: string;
  /** What -q prints. */
  readonly quiet?: string;
  readonly headings: Readonly<Record<string, string>>;
  /** What Go calls a row: messages tell it. */
  readonly goType?: string;
  /** Looks at the template before it asks the engine, and tells of a bad one in words of its own. */
  readonly parsesFirst?: boolean;
}

const WORDS = "template parsing error";

/** Text with every line ended; the heading alone for no rows. Throws a CliError for a bad template. */
export function formatRows(
  rows: readonly Row[],
  format: string,
  options: RowFormat & { readonly isQuiet?: boolean },
): string {
  const wanted = format === "" ? "table" : format.trim();
  const quiet = options.isQuiet === true ? options.quiet : undefined;
  if (wanted === "json") return rows.map((row) => `${toHtmlSafeJson(sortKeys(row))}\n`).join("");
  if (wanted === "table" && quiet !== undefined) return runEach(rows, quiet, options);
  if (!/^table(\s|$)/.test(wanted)) return runEach(rows, withControls(wanted), options);
  const template = withControls(wanted.slice("table".length).trim()) || options.table;
  const heading = compileRowTemplate(template, options, true).run(headingRow(options.headings));
  return alignTable(`${heading}\n${runEach(rows, template, options)}`);
}

/** formatRows with the command's --format, and --quiet where it has one. */
export async function printRows(
  context: CommandContext,
  rows: readonly Row[],
  format: RowFormat,
): Promise<void> {
  const { flags, out } = context;
  const isQuiet = flags.isKnown("quiet") && flags.isOn("quiet");
  await out.write(formatRows(rows, flags.text("format"), { ...format, isQuiet }));
}

function runEach(rows: readonly Row[], template: string, format: RowFormat): string {
  const compiled = compileRowTemplate(template, format);
  return rows.map((row) => `${compiled.run(writingItself(row))}\n`).join("");
}

function writingItself(row: Row): Row {
  return Object.defineProperty({ ...row }, OWN_JSON, { get: () => toHtmlSafeJson(sortKeys(row)) });
}

/** Lists tell of a bad template with code 1, inspections with 64. */
function compileRowTemplate(text: string, { parsesFirst, goType }: RowFormat, headings = false): Template {
  const words =
    parsesFirst === true ? ["failed to parse template", "failed to execute template"] : [WORDS, WORDS];
  const template = inWords(words[0]!, () =>
    compileTemplate(text, { headings, ...(goType === undefined ? {} : { goType }) }),
  );
  return { run: (row) => inWords(words[1]!, () => template.run(row)) };
}

function inWords<T>(words: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new CliError(messageOf(error).replace(/^template parsing error/, words), 1, { cause: error });
  }
}

/** `{{.Label "x"}}` is headed by the label's name. */
function headingRow(headings: Readonly<Record<string, string>>): Row {
  return { ...headings, Label: (name: unknown) => String(name).split(".").at(-1)!.replace(/[-_]/g, " ") };
}

function withControls(template: string): string {
  return template.replaceAll("\\t", "\t").replaceAll("\\n", "\n");
}

function sortKeys(row: Row): Row {
  const entries = Object.entries(row).filter(([, value]) => typeof value !== "function");
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
