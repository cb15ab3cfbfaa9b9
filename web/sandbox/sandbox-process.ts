// Programs in the machine as WebContainer shows them: text in, text out, an exit code.

import type { GuestCommandEnd } from "../../worker/rpc/protocol.ts";
import type { GuestRun, SandboxClient } from "../app/sandbox-client.ts";
import { TerminalLink } from "../terminal/terminal-link.ts";

export interface SpawnOptions {
  /** Relative to the sandbox's working folder, which it is by default. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | number | boolean>>;
  /** False: nobody reads the output. */
  readonly output?: boolean;
  /** On a terminal of this size. */
  readonly terminal?: { readonly cols: number; readonly rows: number };
}

export interface SandboxProcess {
  /** 128 and the signal's number when one ended it. Rejects when the machine ends first. */
  readonly exit: Promise<number>;
  readonly input: WritableStream<string>;
  /** Of both, standard output and errors. */
  readonly output: ReadableStream<string>;
  kill(): void;
  /** Of its terminal; without one nothing happens. */
  resize(size: { readonly cols: number; readonly rows: number }): void;
}

const SIGHUP_CODE = 129;

/** On pipes. */
export function pipedProcess(run: GuestRun, stop: AbortController, wantsOutput: boolean): SandboxProcess {
  const encoder = new TextEncoderStream();
  void encoder.readable.pipeTo(run.stdin).catch(() => {});
  const decoder = new TextDecoderStream();
  const shown = wantsOutput
    ? run.stdout.pipeTo(decoder.writable as WritableStream<Uint8Array>, { preventAbort: true })
    : run.stdout.pipeTo(new WritableStream());
  // A program that is killed has an end of its output, and no error.
  void shown.catch(() => decoder.writable.close().catch(() => {}));
  if (!wantsOutput) void decoder.writable.close().catch(() => {});
  const exit = run.ended.then(({ code }: GuestCommandEnd) => code);
  // Whoever does not ask how it ended is not told that the machine went away under it.
  exit.catch(() => {});
  return {
    exit,
    input: encoder.writable,
    output: decoder.readable,
    kill: () => stop.abort(),
    resize: () => {},
  };
}

/** On a terminal; `lost` rejects when the machine is gone. */
export async function terminalProcess(
  client: SandboxClient,
  line: string,
  options: {
    readonly environment: Record<string, string>;
    readonly size: { readonly cols: number; readonly rows: number };
    readonly wantsOutput: boolean;
    readonly lost: Promise<never>;
  },
): Promise<SandboxProcess> {
  const { environment, size, wantsOutput, lost } = options;
  const connection = await client.openTerminal(
    { columns: size.cols, rows: size.rows },
    { line, environment },
  );
  let taken: (() => void) | undefined;
  let output: ReadableStreamDefaultController<Uint8Array> | undefined;
  const bytes = new ReadableStream<Uint8Array>({
    start(controller) {
      output = controller;
    },
    pull() {
      taken?.();
      taken = undefined;
    },
  });
  let end: (code: number) => void = () => {};
  const exited = new Promise<number>((resolve) => {
    end = (code) => {
      resolve(code);
      output?.close();
      output = undefined;
    };
  });
  const screen = {
    write(chunk: Uint8Array, done: () => void) {
      if (!wantsOutput || output === undefined) return done();
      taken = done;
      output.enqueue(chunk);
    },
  };
  const link = new TerminalLink(connection.port, screen, end);
  const exit = Promise.race([exited, lost]);
  exit.catch(() => {
    link.close();
    output?.close();
    output = undefined;
  });
  return {
    exit,
    input: new WritableStream<string>({ write: (text) => link.send(text), close: () => link.send("\x04") }),
    output: bytes.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>),
    kill() {
      link.close();
      connection.close();
      end(SIGHUP_CODE);
    },
    resize: ({ cols, rows }) => connection.resize({ columns: cols, rows }),
  };
}
