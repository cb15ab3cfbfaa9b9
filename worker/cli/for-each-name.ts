// Verbs that take several names (`rm`, `stop`, `kill`…): each is tried, successes are echoed, failures told at the end.

import { messageOf } from "../base/errors.ts";
import { pathSegment } from "./api-client.ts";
import { CliError } from "./cli-error.ts";
import type { CommandContext } from "./command.ts";

/** At most this many at once. */
const PARALLEL = 50;

/** The exit code: 1 when any failed. `act` gets the name as given and as a part of a path; what it returns is printed instead of the name, null prints nothing. */
export async function forEachName(
  { args, out, err }: Pick<CommandContext, "args" | "out" | "err">,
  act: (name: string, segment: string) => Promise<string | null | undefined>,
): Promise<number> {
  const messages: string[] = [];
  for (let start = 0; start < args.length; start += PARALLEL) {
    const results = await Promise.allSettled(
      args.slice(start, start + PARALLEL).map(async (name) => {
        const line = await act(name, nameSegment(name));
        return line === undefined ? name : line;
      }),
    );
    for (const result of results) {
      if (result.status === "fulfilled") {
        if (result.value !== null) await out.line(result.value);
      } else if (result.reason instanceof CliError && result.reason.message === "") throw result.reason;
      else messages.push(messageOf(result.reason));
    }
  }
  for (const message of messages) await err.line(message);
  return messages.length > 0 ? 1 : 0;
}

/** A container's name or id as a part of a path. Throws a CliError for an empty one, which would name the whole list. */
export function nameSegment(name: string): string {
  const trimmed = name.trim();
  if (trimmed === "" || trimmed === "." || trimmed === "..")
    throw new CliError("invalid container name or ID: value is empty");
  return encodeURIComponent(trimmed.replace(/^\//, ""));
}

/** An image's name as a part of a path; its slashes stay. */
export function imageSegment(name: string): string {
  if (name.trim() === "") throw new CliError("invalid image name: value is empty");
  return pathSegment(name);
}
