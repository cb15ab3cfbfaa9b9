// `KEY=VALUE` in flags and in the files of --env-file and --label-file.

import { readText } from "../base/streams.ts";
import { CliError } from "./cli-error.ts";
import { resolvePath } from "./resolve-path.ts";
import type { CliSession } from "./session.ts";

const FILE_LIMIT_BYTES = 1 << 20;

/** `["a=b", "c"]` to `{a: "b", c: ""}`; the last of a name wins. */
export function toMap(pairs: readonly string[]): Record<string, string> {
  const map = new Map<string, string>();
  for (const pair of pairs) {
    const equals = pair.indexOf("=");
    map.set(equals < 0 ? pair : pair.slice(0, equals), equals < 0 ? "" : pair.slice(equals + 1));
  }
  return Object.fromEntries(map);
}

/** The lines of the files, then the flags; a name without a value takes the caller's, or stays bare, which removes the image's. */
export async function readEnvironment(
  session: CliSession,
  files: readonly string[],
  pairs: readonly string[],
): Promise<string[]> {
  const lines = await readLines(session, files);
  const fromFiles = lines.map((line) => inherit(line, session)).filter((line) => line.includes("="));
  return [...fromFiles, ...pairs.map((pair) => inherit(pair, session))];
}

/** As readEnvironment, but nothing is inherited. */
export async function readLabels(
  session: CliSession,
  files: readonly string[],
  pairs: readonly string[],
): Promise<Record<string, string>> {
  return toMap([...(await readLines(session, files)), ...pairs]);
}

function inherit(pair: string, session: CliSession): string {
  if (pair.includes("=")) return pair;
  const value = Object.hasOwn(session.environment, pair) ? session.environment[pair] : undefined;
  return value === undefined ? pair : `${pair}=${value}`;
}

async function readLines(session: CliSession, files: readonly string[]): Promise<string[]> {
  const lines: string[] = [];
  for (const file of files) lines.push(...(await readFileLines(session, file)));
  return lines;
}

async function readFileLines(session: CliSession, file: string): Promise<string[]> {
  const path = resolvePath(session.workingDirectory, file);
  if ((await session.files.stat(path)) === undefined)
    throw new CliError(`open ${file}: no such file or directory`);
  const text = await readText(await session.files.read(path), FILE_LIMIT_BYTES);
  const lines = text.replace(/^\ufeff/, "").split(/\r?\n/);
  return lines.flatMap((line) => {
    const trimmed = line.trimStart();
    if (trimmed === "" || trimmed.startsWith("#")) return [];
    const name = trimmed.split("=", 1)[0]!;
    if (name === "") throw new CliError(`invalid env file (${file}): no variable name on line '${trimmed}'`);
    if (/\s/.test(name.trimEnd() === name ? name : `${name} `) && trimmed.includes("="))
      throw new CliError(`invalid env file (${file}): variable '${name}' contains whitespaces`);
    return [trimmed.includes("=") ? trimmed : trimmed.trimEnd()];
  });
}
