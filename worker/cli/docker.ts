// `docker`: finds the verb, parses its flags, runs it and turns whatever goes wrong into Docker's words and exit code.

import { messageOf } from "../base/errors.ts";
import { ApiClient } from "./api-client.ts";
import { CliError } from "./cli-error.ts";
import { CLIENT_VERSION_LINE } from "./client-version.ts";
import type { Command } from "./command.ts";
import { type FoundCommand, findCommand } from "./command-tree.ts";
import { completeDocker } from "./complete.ts";
import { chooseEngine, engineAt } from "./engine-endpoint.ts";
import { type FlagSpec, type FlagValues, type ParsedCommandLine, parseFlags } from "./flags.ts";
import { GLOBAL_FLAGS } from "./global-flags.ts";
import { commandHelp, groupHelp, rootHelp } from "./help-pages.ts";
import type { CliSession, RunCli } from "./session.ts";
import { suggest } from "./suggest.ts";
import { TextSink } from "./text-sink.ts";

/** The streams of the session stay open; they belong to the caller. */
export const runDocker: RunCli = async (session) => {
  const out = new TextSink(session.stdout);
  const err = new TextSink(session.stderr);
  try {
    return await Promise.race([dispatch(session, out, err), whenGone(session)]);
  } catch (error) {
    const message = messageOf(error);
    if (message !== "") await err.line(message).catch(() => {});
    return error instanceof CliError ? error.exitCode : 1;
  } finally {
    out.release();
    err.release();
  }
};

/** Nobody is left to finish for once the caller is gone. */
function whenGone({ signal }: CliSession): Promise<number> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve(GONE);
    else signal?.addEventListener("abort", () => resolve(GONE), { once: true });
  });
}

/** As a shell tells of a hang-up. */
const GONE = 129;

const LOG_LEVELS = ["panic", "fatal", "error", "warn", "warning", "info", "debug", "trace"];

async function dispatch(session: CliSession, out: TextSink, err: TextSink): Promise<number> {
  const width = session.terminalSize()?.columns ?? 80;
  const root = parseWords(GLOBAL_FLAGS, session.arguments, false, "docker", "[OPTIONS] COMMAND [ARG...]");
  if (root.flags.isOn("version")) {
    await out.line(CLIENT_VERSION_LINE);
    return 0;
  }
  const level = root.flags.text("log-level");
  if (!LOG_LEVELS.includes(level.toLowerCase()))
    throw new CliError(`Unable to parse logging level: ${level}`);
  const words = root.positional;
  if (root.wantsHelp !== "no" || words.length === 0) {
    const sink = words.length === 0 && root.wantsHelp === "no" ? err : out;
    if (root.wantsHelp === "short") await err.line("Flag shorthand -h has been deprecated, use --help");
    await sink.write(rootHelp(width));
    return 0;
  }
  if (words[0] === "__complete") return await printCandidates(words.slice(1), session, out);
  if (words[0] === "help") return await printTopic(words.slice(1), width, out);
  const found = findCommand(words);
  switch (found.kind) {
    case "command":
      return await runCommand(found, root.flags, session, out, err, width);
    case "group":
      await (words.length > 1 ? out : err).write(groupHelp(found.group, width));
      return 0;
    case "unknown":
      if (found.group === undefined || !words.includes("--help")) throw unknownCommand(found);
      await out.write(groupHelp(found.group, width));
      return 0;
  }
}

/** For the shell's completion: the last word is being typed. */
async function printCandidates(
  words: readonly string[],
  session: CliSession,
  out: TextSink,
): Promise<number> {
  const candidates = await completeDocker(words, Math.max(0, words.length - 1), session.api);
  await out.write(candidates.map((candidate) => `${candidate}\n`).join(""));
  return 0;
}

async function runCommand(
  found: Extract<FoundCommand, { kind: "command" }>,
  root: FlagValues,
  session: CliSession,
  out: TextSink,
  err: TextSink,
  width: number,
): Promise<number> {
  const { command, path, rest } = found;
  const parsed = parseWords(command.flags, rest, command.ownsRest !== true, `docker ${path}`, command.usage);
  if (parsed.wantsHelp !== "no") {
    if (parsed.wantsHelp === "short") await out.line("Flag shorthand -h has been deprecated, use --help");
    await out.write(commandHelp(command, path, width));
    return 0;
  }
  checkArgumentCount(command, path, parsed.positional.length);
  const handler = path.startsWith("context ")
    ? session.api
    : engineAt(await chooseEngine(session, root), session);
  const api = new ApiClient(handler, session.signal);
  return await command.run({ session, api, out, err, flags: parsed.flags, root, args: parsed.positional });
}

/** A mistake in the flags is told with the usage. */
function parseWords(
  flags: readonly FlagSpec[],
  words: readonly string[],
  interspersed: boolean,
  path: string,
  usage: string,
): ParsedCommandLine {
  try {
    return parseFlags(flags, words, { interspersed });
  } catch (error) {
    throw new CliError(
      `${messageOf(error)}

Usage:  ${path} ${usage}

Run '${path} --help' for more information`,
      125,
      { cause: error },
    );
  }
}

function checkArgumentCount(command: Command, path: string, count: number): void {
  const { minArgs, maxArgs } = command;
  if (count >= minArgs && count <= maxArgs) return;
  const plural = (number: number) => `${number} ${number === 1 ? "argument" : "arguments"}`;
  const isRange = minArgs > 0 && maxArgs > minArgs && Number.isFinite(maxArgs);
  const where = maxArgs !== minArgs && count < minArgs && !isRange ? "See" : "Run";
  const need =
    maxArgs === 0
      ? "accepts no arguments"
      : minArgs === maxArgs
        ? `requires ${plural(minArgs)}`
        : isRange
          ? `requires at least ${minArgs} and at most ${plural(maxArgs)}`
          : count < minArgs
            ? `requires at least ${plural(minArgs)}`
            : `requires at most ${plural(maxArgs)}`;
  throw new CliError(
    `docker: 'docker ${path}' ${need}\n\nUsage:  docker ${path} ${command.usage}\n\n${where} 'docker ${path} --help' for more information`,
  );
}

async function printTopic(words: readonly string[], width: number, out: TextSink): Promise<number> {
  if (words.length === 0) {
    await out.write(rootHelp(width));
    return 0;
  }
  const found = findCommand(words);
  if (found.kind === "unknown") throw new CliError(`unknown help topic: ${words.join(" ")}`);
  await out.write(
    found.kind === "group" ? groupHelp(found.group, width) : commandHelp(found.command, found.path, width),
  );
  return 0;
}

function unknownCommand(found: Extract<FoundCommand, { kind: "unknown" }>): CliError {
  const parent = found.parent === "" ? "docker" : `docker ${found.parent}`;
  const usage = found.parent === "" ? "" : `Usage:  ${parent} COMMAND\n\n`;
  const near = suggest(found.word, found.siblings);
  const hint =
    near.length === 0 ? "" : `Did you mean this?\n${near.map((name) => `  ${parent} ${name}\n`).join("")}\n`;
  return new CliError(
    `docker: unknown command: ${parent} ${found.word}\n\n${usage}${hint}Run '${parent} --help' for more information`,
  );
}
