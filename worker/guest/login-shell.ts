// What people work in: the login shell of a terminal. The build's warm-up starts the same one, so that all it reads is in the snapshot.

import type { SpawnRequest, TerminalSize } from "./agent.ts";

/** What a login shell and commands of the outside start with. */
export const LOGIN_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  HOME: "/root",
  USER: "root",
  LOGNAME: "root",
  SHELL: "/bin/bash",
  LANG: "C.UTF-8",
};

/** What programs on a pty find besides. */
export const TERMINAL_ENVIRONMENT: Readonly<Record<string, string>> = {
  TERM: "xterm-256color",
  COLORTERM: "truecolor",
};

export function loginShell(terminal: TerminalSize): SpawnRequest {
  return {
    argv: ["bash", "-l"],
    environment: { ...LOGIN_ENVIRONMENT, ...TERMINAL_ENVIRONMENT },
    workingDirectory: "/root",
    terminal,
  };
}
