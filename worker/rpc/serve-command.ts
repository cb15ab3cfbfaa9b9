// A command line of the page in the guest's shell: stdin and stdout over the port, how it ended by RPC.

import { chunksOf, tap } from "../base/streams.ts";
import type { GuestProcess } from "../guest/agent.ts";
import type { BytePort } from "./byte-port.ts";
import type { GuestCommand, GuestCommandEnd } from "./protocol.ts";

const SIGKILL = 9;
const STDERR_LIMIT_BYTES = 64 * 1024;

/** What runs command lines: the sandbox. */
export interface CommandRunner {
  runCommand(
    line: string,
    options?: { readonly environment?: Record<string, string> },
  ): Promise<GuestProcess>;
}

export async function serveCommand(
  runner: CommandRunner,
  command: GuestCommand,
  port: BytePort,
  onOutput: () => void = () => {},
): Promise<GuestCommandEnd> {
  const { line, environment, terminates = false } = command;
  const ignore = () => {};
  const process = await runner.runCommand(line, environment === undefined ? {} : { environment });
  const stop = () => {
    if (terminates) void runner.runCommand(`kill -TERM -- -${process.pid}`).catch(ignore);
    else process.signal(SIGKILL);
  };
  if (port.dropped.aborted) stop();
  port.dropped.addEventListener("abort", stop, { once: true });
  void port.readable.pipeTo(process.stdin!).catch(ignore);
  const stderr = process.stderr === null ? Promise.resolve("") : lastText(process.stderr).catch(() => "");
  const shown = process.stdout.pipeThrough(tap(onOutput)).pipeTo(port.writable).catch(ignore);
  const { code } = await process.exited;
  port.dropped.removeEventListener("abort", stop);
  await shown;
  return { code, stderr: await stderr };
}

async function lastText(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of chunksOf(stream))
    text = (text + decoder.decode(bytes, { stream: true })).slice(-STDERR_LIMIT_BYTES);
  return text;
}
