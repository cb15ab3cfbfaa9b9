// How `run` and `create` fail: `docker: REASON`, then where the help is, with exit code 125 unless the reason has its own.

import { messageOf } from "../base/errors.ts";
import { CliError } from "./cli-error.ts";

/** For `create` that is so for its own options only; what the engine refuses is passed on as any command does. */
export function failWithHelp(error: unknown, verb: "run" | "create"): unknown {
  const message = messageOf(error);
  const known = error instanceof CliError ? error.exitCode : 1;
  if (message === "" || (verb === "create" && known === 1)) return error;
  return new CliError(
    `docker: ${message}\n\nRun 'docker ${verb} --help' for more information`,
    known === 1 ? 125 : known,
    {
      cause: error,
    },
  );
}
