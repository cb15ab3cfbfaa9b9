// `--detach-keys` as the command line reports a wrong one.

import * as keys from "../base/detach-keys.ts";
import { messageOf } from "../base/errors.ts";
import { CliError } from "./cli-error.ts";

/** Throws a CliError for a sequence that is none. */
export function parseDetachKeys(text: string): Uint8Array {
  try {
    return keys.parseDetachKeys(text);
  } catch (error) {
    throw new CliError(`invalid detach keys (${text}): ${messageOf(error)}`);
  }
}
