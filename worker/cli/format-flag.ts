// --format, which most lists and inspections have.

import { flag } from "./flags.ts";

export const TABLE_FORMAT_FLAG = flag(
  "--format",
  "string",
  "Format output using a custom template: 'table' (default), 'table TEMPLATE', 'json', or a Go TEMPLATE",
);

/** For what is no table; `short`: some commands have -f besides. */
export function objectFormatFlag(short: boolean) {
  return flag(
    short ? "-f, --format" : "--format",
    "string",
    "Format output using a custom template: 'json' or a Go TEMPLATE",
  );
}
