// npm run -s sandbox -- [--state DIR] [--timeout S] COMMAND…
// Restores the machine in Node and runs a command line in the guest's shell, as ssh does: the words joined by spaces. Standard
// streams and the exit code pass through.

import { chunksOf } from "../worker/base/streams.ts";
import type { GuestProcess } from "../worker/guest/agent.ts";
import { parseSandboxArguments, UsageError } from "./sandbox-arguments.ts";
import { startNodeSandbox } from "./start-node-sandbox.ts";

const TIMED_OUT = 124;
const FAILED = 125;

function terminalSize() {
  const { columns = 80, rows = 24 } = process.stdout;
  return { columns, rows };
}

async function copyOut(from: ReadableStream<Uint8Array>, to: NodeJS.WriteStream): Promise<void> {
  for await (const chunk of chunksOf(from)) {
    if (!to.write(chunk)) await new Promise<void>((resolve) => to.once("drain", resolve));
  }
}

function copyIn(guest: GuestProcess): void {
  const writer = guest.stdin!.getWriter();
  process.stdin.on("data", (chunk: Buffer) => {
    process.stdin.pause();
    writer.write(new Uint8Array(chunk)).then(
      () => process.stdin.resume(),
      () => process.stdin.destroy(),
    );
  });
  process.stdin.on("end", () => void writer.close().catch(() => {}));
}

async function main(): Promise<number> {
  const { state, web, relay, timeoutSeconds, command } = parseSandboxArguments(process.argv.slice(2));
  const interactive = process.stdin.isTTY === true && process.stdout.isTTY === true;
  // An engine outside that the caller names is one that the guest may ask.
  const engine = process.env.DOCKER_HOST || undefined;
  const sandbox = await startNodeSandbox({
    state,
    engine,
    web,
    relay,
    onFailure: ({ message }) => {
      process.stderr.write(`sandbox: the machine failed: ${message}\n`);
      process.exit(FAILED);
    },
  });
  const guest = await sandbox.runCommand(command.join(" "), {
    terminal: interactive ? terminalSize() : undefined,
    environment: {
      TERM: process.env.TERM ?? "dumb",
      ...(engine === undefined ? {} : { DOCKER_HOST: engine }),
    },
  });
  if (interactive) {
    process.stdin.setRawMode(true);
    process.stdout.on("resize", () => guest.resize(terminalSize()));
  }
  copyIn(guest);
  const outputs = [copyOut(guest.stdout, process.stdout)];
  if (guest.stderr) outputs.push(copyOut(guest.stderr, process.stderr));
  // A machine that ends first fails them all; `ended` tells of it.
  for (const output of outputs) output.catch(() => {});
  for (const [name, number] of [
    ["SIGINT", 2],
    ["SIGTERM", 15],
  ] as const) {
    process.on(name, () => guest.signal(number));
  }
  const ended = guest.exited.then(async ({ code }) => {
    await Promise.all(outputs);
    return code;
  });
  const timeout = new Promise<number>((resolve) => {
    if (timeoutSeconds === undefined) return;
    setTimeout(() => {
      process.stderr.write(`sandbox: timed out after ${timeoutSeconds} s\n`);
      resolve(TIMED_OUT);
    }, timeoutSeconds * 1000).unref();
  });
  const code = await Promise.race([ended, timeout]);
  if (interactive) process.stdin.setRawMode(false);
  await sandbox.end();
  return code;
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`sandbox: ${error.message}\n`);
    if (error instanceof UsageError) {
      process.stderr.write(
        "Usage: npm run -s sandbox -- [--state DIR] [--timeout SECONDS] [--allow-web] [--relay URL] COMMAND…\n",
      );
    }
    process.exit(FAILED);
  },
);
