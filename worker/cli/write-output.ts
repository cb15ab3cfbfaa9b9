// Where an archive goes: to --output, or to stdout unless that is a terminal.

import { chunksOf } from "../base/streams.ts";
import { CliError } from "./cli-error.ts";
import type { CommandContext } from "./command.ts";
import { directoryName, resolvePath } from "./resolve-path.ts";

/** Throws before anything is asked of the engine. `verb` is what the words say: `save`, `export`. */
export async function checkOutput({ session, flags }: CommandContext, verb: string): Promise<void> {
  const file = flags.text("output");
  if (file === "") {
    if (session.isTerminal.stdout)
      throw new CliError(`cowardly refusing to ${verb} to a terminal. Use the -o flag or redirect`);
    return;
  }
  const path = resolvePath(session.workingDirectory, file);
  if ((await session.files.stat(path))?.kind === "directory")
    throw new CliError(`failed to ${verb}: invalid output path: ${JSON.stringify(file)} is a directory`);
  const folder = directoryName(path);
  if (folder !== "/" && (await session.files.stat(folder))?.kind !== "directory")
    throw new CliError(
      `failed to ${verb}: invalid output path: stat ${directoryName(file)}: no such file or directory`,
    );
}

export async function writeOutput(
  { session, flags, out }: CommandContext,
  content: ReadableStream<Uint8Array>,
): Promise<void> {
  const file = flags.text("output");
  if (file === "") for await (const chunk of chunksOf(content)) await out.write(chunk);
  else await session.files.write(resolvePath(session.workingDirectory, file), content);
}
