// Runs a program for a build step: output goes to the step's log, and a failure carries the command line and the log's tail.
import { spawn } from "node:child_process";
import { appendFileSync } from "node:fs";

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Written to standard input, which is empty otherwise. */
  readonly input?: string | Uint8Array;
  /** Everything the program says is appended to this file. */
  readonly logFile?: string;
  /** Runs at low priority. */
  readonly nice?: boolean;
  /** Exit codes that count as success; 0 alone by default. */
  readonly allowExitCodes?: readonly number[];
}

export class CommandError extends Error {
  /** The end of what it said. */
  readonly tail: string;
  readonly logFile: string | undefined;
  constructor(message: string, tail: string, logFile: string | undefined) {
    super(message);
    this.tail = tail;
    this.logFile = logFile;
  }
}

const tailLines = 25;

function lastLines(text: string): string {
  return text.trimEnd().split("\n").slice(-tailLines).join("\n");
}

/** Resolves to standard output. Rejects with CommandError when the program cannot start or exits otherwise than allowed. */
export async function runCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<Buffer> {
  const argv = options.nice ? ["nice", "-n", "19", program, ...args] : [program, ...args];
  const commandLine = argv
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word)))
    .join(" ");
  const log = (bytes: string | Uint8Array) => {
    if (options.logFile) appendFileSync(options.logFile, bytes);
  };
  log(`$ ${commandLine}\n`);
  const child = spawn(argv[0]!, argv.slice(1), {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...process.env, LC_ALL: "C.UTF-8", ...options.env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  const output: Buffer[] = [];
  let said = "";
  const hear = (bytes: Buffer) => {
    log(bytes);
    said = (said + bytes.toString("utf8")).slice(-16_384);
  };
  child.stdout.on("data", (bytes: Buffer) => {
    output.push(bytes);
    hear(bytes);
  });
  child.stderr.on("data", hear);
  child.stdin.on("error", () => undefined); // a program may exit without reading its input
  child.stdin.end(options.input ?? "");
  const outcome = await new Promise<string | undefined>((resolve) => {
    child.once("error", (error) => resolve(`could not start: ${error.message}`));
    child.once("close", (code, signal) => {
      const allowed = options.allowExitCodes ?? [0];
      if (code !== null && allowed.includes(code)) resolve(undefined);
      else resolve(signal ? `was ended by ${signal}` : `failed with exit code ${code}`);
    });
  });
  if (outcome !== undefined)
    throw new CommandError(`\`${commandLine}\` ${outcome}`, lastLines(said), options.logFile);
  return Buffer.concat(output);
}
