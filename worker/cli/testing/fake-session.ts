// A caller of the command line made of memory: its terminal, files, signals and what it was told.

import type { ApiHandler } from "../../api/exchange.ts";
import { Emitter } from "../../base/emitter.ts";
import { EngineError } from "../../base/errors.ts";
import { readAll, streamOf } from "../../base/streams.ts";
import { runDocker } from "../docker.ts";
import type { CallerFiles, CliSession, TerminalSize } from "../session.ts";

export interface FakeSessionOptions {
  readonly stdin?: string | ReadableStream<Uint8Array>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly terminal?: TerminalSize;
  readonly files?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export class FakeSession implements CliSession {
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory = "/home/me";
  readonly stdin: ReadableStream<Uint8Array>;
  readonly stdout: WritableStream<Uint8Array>;
  readonly stderr: WritableStream<Uint8Array>;
  readonly isTerminal: CliSession["isTerminal"];
  readonly files = new FakeFiles();
  readonly api: ApiHandler;
  readonly signal?: AbortSignal;
  /** Every switch of raw mode, in order. */
  readonly rawModes: boolean[] = [];
  readonly resizes = new Emitter<TerminalSize>();
  readonly signals = new Emitter<string>();
  out = "";
  err = "";
  size: TerminalSize | undefined;

  constructor(api: ApiHandler, words: readonly string[], options: FakeSessionOptions = {}) {
    this.api = api;
    this.arguments = words;
    this.environment = options.environment ?? {};
    this.stdin =
      options.stdin instanceof ReadableStream
        ? options.stdin
        : streamOf(new TextEncoder().encode(options.stdin ?? ""));
    const outDecoder = new TextDecoder();
    const errDecoder = new TextDecoder();
    this.stdout = new WritableStream({
      write: (chunk) => {
        this.out += outDecoder.decode(chunk, { stream: true });
      },
    });
    this.stderr = new WritableStream({
      write: (chunk) => {
        this.err += errDecoder.decode(chunk, { stream: true });
      },
    });
    this.size = options.terminal;
    const terminal = options.terminal !== undefined;
    this.isTerminal = { stdin: terminal, stdout: terminal, stderr: terminal };
    if (options.signal !== undefined) this.signal = options.signal;
    for (const [path, text] of Object.entries(options.files ?? {}))
      this.files.content.set(path, new TextEncoder().encode(text));
  }

  terminalSize(): TerminalSize | undefined {
    return this.size;
  }

  onResize(listener: (size: TerminalSize) => void): () => void {
    return this.resizes.on(listener);
  }

  onSignal(listener: (signal: string) => void): () => void {
    return this.signals.on(listener);
  }

  async setRawMode(on: boolean): Promise<void> {
    this.rawModes.push(on);
  }

  async run(): Promise<{ code: number; out: string; err: string }> {
    const code = await runDocker(this);
    return { code, out: this.out, err: this.err };
  }
}

class FakeFiles implements CallerFiles {
  readonly content = new Map<string, Uint8Array>();

  async read(path: string): Promise<ReadableStream<Uint8Array>> {
    const bytes = this.content.get(path);
    if (bytes === undefined) throw new EngineError("not-found", `open ${path}: no such file or directory`);
    return streamOf(bytes);
  }

  async write(
    path: string,
    content: ReadableStream<Uint8Array>,
    options: { exclusive?: boolean } = {},
  ): Promise<void> {
    if (options.exclusive === true && this.content.has(path))
      throw new EngineError("conflict", `open ${path}: file exists`);
    this.content.set(path, await readAll(content));
  }

  async stat(path: string) {
    const bytes = this.content.get(path);
    if (bytes !== undefined) return { kind: "file" as const, sizeBytes: bytes.byteLength };
    const isDirectory =
      path === "/home/me" || [...this.content.keys()].some((name) => name.startsWith(`${path}/`));
    return isDirectory ? { kind: "directory" as const, sizeBytes: 0 } : undefined;
  }
}

/** Runs one command line: `docker(api, "ps -a")`, or a list of words. */
export function docker(
  api: { readonly handler: ApiHandler },
  command: string | readonly string[],
  options?: FakeSessionOptions,
): Promise<{ code: number; out: string; err: string }> {
  const words = typeof command === "string" ? command.split(" ").filter((word) => word !== "") : command;
  return new FakeSession(api.handler, words, options).run();
}
