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

export function loginShell(terminal: TerminalSize): SpawnRequest & { readonly terminal: TerminalSize } {
  return {
    argv: ["bash", "-l"],
    environment: { ...LOGIN_ENVIRONMENT, ...TERMINAL_ENVIRONMENT },
    workingDirectory: "/root",
    terminal,
    takesHeld: true,
  };
}

/** For `hold`: the same shell, which reads what is the machine's own, stops itself, and goes on in the home directory (/etc/profile). */
export function heldShell(): ReturnType<typeof loginShell> {
  const shell = loginShell({ columns: 80, rows: 24 });
  return { ...shell, environment: { ...shell.environment, SLIPWAY_HELD: "1" }, takesHeld: false };
}
