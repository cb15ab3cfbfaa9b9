// `--security-opt`: `no-new-privileges`, or KEY=VALUE where a seccomp profile is a file of the caller's, sent as its content.

import { readText } from "../base/streams.ts";
import { resolvePath } from "./resolve-path.ts";
import type { CliSession } from "./session.ts";

const PROFILE_LIMIT_BYTES = 1 << 20;

/** Throws an Error with Docker's reason. */
export async function readSecurityOptions(
  session: CliSession,
  options: readonly string[],
): Promise<string[]> {
  const read: string[] = [];
  for (const option of options) {
    const parts = /^([^=:]+)(?:[=:](.*))?$/s.exec(option);
    const [, key = "", value] = parts ?? [];
    if (parts === null || (value === undefined && key !== "no-new-privileges"))
      throw new Error(`Invalid --security-opt: ${JSON.stringify(option)}`);
    if (key === "seccomp" && value !== "unconfined" && value !== "builtin")
      read.push(`seccomp=${await readProfile(session, value ?? "")}`);
    else read.push(option);
  }
  return read;
}

async function readProfile(session: CliSession, file: string): Promise<string> {
  const path = resolvePath(session.workingDirectory, file);
  if ((await session.files.stat(path)) === undefined)
    throw new Error(`opening seccomp profile (${file}) failed: open ${file}: no such file or directory`);
  const text = await readText(await session.files.read(path), PROFILE_LIMIT_BYTES);
  try {
    return JSON.stringify(JSON.parse(text));
  } catch (cause) {
    throw new Error(`compacting json for seccomp profile (${file}) failed: it is not JSON`, { cause });
  }
}
