// A file of the caller's, or its stdin for `-` and for no name at all.

import { CliError } from "./cli-error.ts";
import { resolvePath } from "./resolve-path.ts";
import type { CliSession } from "./session.ts";

/** Rejects with Docker's words when there is no such file. */
export async function readInput(session: CliSession, file: string): Promise<ReadableStream<Uint8Array>> {
  if (file === "" || file === "-") return session.stdin;
  const path = resolvePath(session.workingDirectory, file);
  const found = await session.files.stat(path);
  if (found === undefined) throw new CliError(`open ${file}: no such file or directory`);
  if (found.kind === "directory") throw new CliError(`read ${file}: is a directory`);
  return await session.files.read(path);
}
