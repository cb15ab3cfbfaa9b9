// One call of crun, which detaches from the process that it starts: the agent, PID 1, inherits that and is its parent then.

import { RuntimeStartError } from "../engine/container-runtime.ts";
import type { Agent, GuestProcess, SpawnRequest, TerminalSize } from "../guest/agent.ts";
import { GuestError } from "../guest/channel.ts";

export const PROGRAM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/** What the agent answers when a program that should detach failed. */
const ECHILD = 10;

export interface CrunCall {
  readonly verb: "run" | "exec";
  readonly options: readonly string[];
  readonly container: string;
  /** A name for the pid file and the console's socket. */
  readonly file: string;
  readonly terminal: TerminalSize | undefined;
  readonly openStdin: boolean;
}

/** Rejects with RuntimeStartError when crun refuses. */
export async function runCrun(agent: Agent, call: CrunCall): Promise<GuestProcess> {
  const pidFile = `${call.file}.pid`;
  const consoleSocket = `${call.file}.tty`;
  const argv = ["crun", "--log", "file:/proc/self/fd/3", call.verb, "--detach", "--pid-file", pidFile];
  argv.push(...call.options);
  if (call.terminal) argv.push("--console-socket", consoleSocket);
  const request: SpawnRequest = {
    argv: [...argv, call.container],
    environment: { PATH: PROGRAM_PATH },
    terminal: call.terminal,
    openStdin: call.openStdin,
    detaches: { pidFile, consoleSocket },
  };
  try {
    return await agent.spawn(request);
  } catch (error) {
    if (error instanceof GuestError && error.errno === ECHILD)
      throw new RuntimeStartError(crunMessage(error.message));
    throw error;
  }
}

/** The last line without crun's prefix of time and level. */
function crunMessage(log: string): string {
  const lines = log.trim().split("\n");
  return (lines.at(-1) ?? "").replace(/^\S+Z: /, "").replace(/^\[?(error|crun)\]?:?\s*/i, "");
}
