// Verbs that go on until somebody stops them (`logs -f`, `events`, `stats`): Ctrl-C ends what they have open at the engine, and
// the exit code is the shell's for the signal.

import type { CliSession } from "./session.ts";

const CODES: Readonly<Record<string, number>> = { HUP: 129, INT: 130, QUIT: 131, TERM: 143 };

/** What `task` resolves with, or 128 and the number of the signal that came first. */
export async function untilInterrupted(
  session: CliSession,
  task: (signal: AbortSignal) => Promise<number>,
): Promise<number> {
  const over = new AbortController();
  let interrupt: (code: number) => void = () => {};
  const interrupted = new Promise<number>((resolve) => {
    interrupt = resolve;
  });
  const dispose = session.onSignal((name) => {
    const code = CODES[name];
    if (code !== undefined) interrupt(code);
  });
  try {
    const running = task(over.signal);
    running.catch(() => {});
    return await Promise.race([running, interrupted]);
  } finally {
    dispose();
    over.abort();
  }
}
