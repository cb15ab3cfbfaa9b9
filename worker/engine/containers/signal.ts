// Linux's signals by name and number, as `docker kill --signal` and STOPSIGNAL take them.

import { EngineError } from "../../base/errors.ts";

const NAMES =
  "HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS".split(
    " ",
  );
const ALIASES: Readonly<Record<string, number>> = {
  IOT: 6,
  CLD: 17,
  POLL: 29,
  UNUSED: 31,
  RTMIN: 34,
  RTMAX: 64,
};

export const SIGKILL = 9;
export const SIGTERM = 15;

/** `TERM`, `SIGTERM`, `15`, `RTMIN+3`, in either case. Throws `invalid signal: x`. */
export function parseSignal(text: string): number {
  if (/^\d{1,3}$/.test(text)) {
    const number = Number(text);
    if (number >= 1 && number <= 64) return number;
  }
  const name = text.toUpperCase().replace(/^SIG/, "");
  const known = NAMES.indexOf(name);
  if (known >= 0) return known + 1;
  if (Object.hasOwn(ALIASES, name)) return ALIASES[name] ?? SIGTERM;
  const realTime = /^RT(MIN\+|MAX-)(\d{1,2})$/.exec(name);
  if (realTime) {
    const number = realTime[1] === "MIN+" ? 34 + Number(realTime[2]) : 64 - Number(realTime[2]);
    if (number >= 34 && number <= 64) return number;
  }
  throw new EngineError("invalid-argument", `invalid signal: ${text}`);
}
