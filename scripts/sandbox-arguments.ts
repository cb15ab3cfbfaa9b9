// Options of the commands that start a machine in Node.

import { parseArgs } from "node:util";

export class UsageError extends Error {
  override readonly name = "UsageError";
}

export interface SandboxArguments {
  /** Folder that keeps the data disk; undefined: everything is forgotten. */
  readonly state: string | undefined;
  /** Images and programs of the machine may fetch from web addresses. */
  readonly web: boolean;
  /** `ws://` or `wss://` of a relay for connections out of the machine. */
  readonly relay: string | undefined;
  /** After that many seconds the command is ended; undefined: never. */
  readonly timeoutSeconds: number | undefined;
  readonly command: readonly string[];
}

/** Options stand before the command; what follows is the guest's. Throws UsageError. */
export function parseSandboxArguments(argv: readonly string[]): SandboxArguments {
  const first = firstOperand(argv);
  const own = argv.slice(0, first);
  const command = argv[first] === "--" ? argv.slice(first + 1) : argv.slice(first);
  let values: { state?: string; timeout?: string; relay?: string; "allow-web"?: boolean };
  try {
    values = parseArgs({
      args: [...own],
      options: {
        state: { type: "string" },
        timeout: { type: "string" },
        relay: { type: "string" },
        "allow-web": { type: "boolean" },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  if (command.length === 0) throw new UsageError("no command is given");
  const timeoutSeconds = values.timeout === undefined ? undefined : Number(values.timeout);
  if (timeoutSeconds !== undefined && !(timeoutSeconds > 0)) {
    throw new UsageError(`--timeout takes seconds, not "${values.timeout}"`);
  }
  const { state, relay } = values;
  return { state, relay, web: values["allow-web"] ?? false, timeoutSeconds, command };
}

function firstOperand(argv: readonly string[]): number {
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index]!;
    if (word === "--" || !word.startsWith("-")) return index;
    if (!word.includes("=") && word !== "--allow-web") index++;
  }
  return argv.length;
}
