// A terminal in the container wants one at the caller's end too, or its input would be garbled.

import { CliError } from "./cli-error.ts";
import type { CliSession } from "./session.ts";

/** Throws a CliError in Docker's words. */
export function requireTerminal(session: CliSession, wanted: boolean): void {
  if (wanted && !session.isTerminal.stdin) throw new CliError("the input device is not a TTY");
}
