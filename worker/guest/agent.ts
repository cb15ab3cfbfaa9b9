// The agent's verbs: run operations, spawn a process, connect to a port, move files and trees.

import { EngineError } from "../base/errors.ts";
import type { ByteConnection } from "../base/streams.ts";
import { ArgumentWriter } from "./arguments.ts";
import type { Channel } from "./channel.ts";
import { CHANNELS, CONTROL_VERBS, SPAWN_FLAGS, STREAM_KINDS } from "./frames.ts";
import type { GuestExit, GuestStream } from "./guest-stream.ts";
import type { OperationBatch } from "./operations.ts";

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

export interface SpawnRequest {
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory?: string;
  /** On a pty of this size; else on pipes. */
  readonly terminal?: TerminalSize | undefined;
  /** Without it, and without a terminal, stdin is /dev/null. */
  readonly openStdin?: boolean;
  /**
   * The program detaches: it writes the id of the process that stays to `pidFile`, hands over its terminal at `consoleSocket` and
   * ends. Its errors go to descriptor 3.
   */
  readonly detaches?: { readonly pidFile: string; readonly consoleSocket: string };
  /** With a terminal: the process that `hold` started, where there is one that nobody has taken; a new one otherwise. */
  readonly takesHeld?: boolean;
}

export interface GuestProcess {
  readonly pid: number;
  readonly stdin: WritableStream<Uint8Array> | null;
  readonly stdout: ReadableStream<Uint8Array>;
  /** Null on a terminal. */
  readonly stderr: ReadableStream<Uint8Array> | null;
  /** Rejects with EngineError("unavailable") when the machine ends first. */
  readonly exited: Promise<GuestExit>;
  resize(size: TerminalSize): void;
  signal(signal: number): void;
  /** Lets go of its streams: a process on a terminal gets SIGHUP. */
  close(): void;
}

export interface FileStatus {
  readonly kind: "file" | "directory" | "symlink" | "other";
  readonly sizeBytes: number;
  readonly mode: number;
  /** Seconds since the epoch. */
  readonly modifiedAt: number;
}

const STAT_KINDS = ["none", "file", "directory", "symlink", "other"] as const;

export class Agent {
  readonly #channel: Channel;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  /** The results of those operations that have one, in order. Rejects with GuestError; what was done before stays done. */
  async run(batch: OperationBatch): Promise<Uint8Array[]> {
    const { stream, answer } = await this.#channel.open(STREAM_KINDS.OPERATIONS, batch.bytes(), {
      incoming: [],
      outgoing: [],
    });
    stream.end();
    const results: Uint8Array[] = [];
    while (!answer.atEnd) results.push(answer.blob());
    return results;
  }

  /** Rejects with GuestError; for a program that detaches, its message is what the program said. */
  async spawn(request: SpawnRequest): Promise<GuestProcess> {
    const { terminal, detaches, takesHeld } = request;
    const openStdin = terminal !== undefined || request.openStdin === true;
    const flags =
      (openStdin ? SPAWN_FLAGS.STDIN : 0) |
      (detaches ? SPAWN_FLAGS.DETACHES : 0) |
      (takesHeld ? SPAWN_FLAGS.TAKE_HELD : 0);
    const { stream, answer } = await this.#channel.open(STREAM_KINDS.SPAWN, spawnArguments(request, flags), {
      incoming: terminal ? [CHANNELS.OUT] : [CHANNELS.OUT, CHANNELS.ERR],
      outgoing: [CHANNELS.IN],
    });
    return {
      pid: answer.u32(),
      stdin: openStdin ? stream.writable() : null,
      stdout: stream.readable(),
      stderr: terminal ? null : stream.readable(CHANNELS.ERR),
      exited: stream.exited,
      resize: ({ columns, rows }) =>
        stream.control(new ArgumentWriter().u8(CONTROL_VERBS.RESIZE).u16(columns).u16(rows).bytes()),
      signal: (signal) => stream.control(new ArgumentWriter().u8(CONTROL_VERBS.SIGNAL).u32(signal).bytes()),
      close: () => stream.close(),
    };
  }

  /** Starts a program on a terminal for a later `spawn` that takes it; resolves with its process id. Rejects with GuestError. */
  async hold(request: SpawnRequest & { readonly terminal: TerminalSize }): Promise<number> {
    const { stream, answer } = await this.#channel.open(
      STREAM_KINDS.SPAWN,
      spawnArguments(request, SPAWN_FLAGS.HOLD),
      { incoming: [], outgoing: [] },
    );
    stream.end();
    return answer.u32();
  }

  /** A TCP connection inside the guest, or one to a Unix socket when `address` is a path; `namespacePath` "" is the machine's own network. Rejects with GuestError (111: refused). */
  async connect(namespacePath: string, address: string, port: number): Promise<ByteConnection> {
    const args = new ArgumentWriter().str(namespacePath).str(address).u16(port).bytes();
    const { stream } = await this.#channel.open(STREAM_KINDS.CONNECT, args, {
      incoming: [CHANNELS.OUT],
      outgoing: [CHANNELS.IN],
    });
    return stream.connection();
  }

  /** The sockets of a name server at port 53 of an address in a namespace; messages are framed as STREAM_KINDS.DNS says. `close` closes them. */
  async openDns(namespacePath: string, address: string): Promise<ByteConnection> {
    const { stream } = await this.#channel.open(
      STREAM_KINDS.DNS,
      new ArgumentWriter().str(namespacePath).str(address).bytes(),
      { incoming: [CHANNELS.OUT], outgoing: [CHANNELS.IN] },
    );
    return stream.connection();
  }

  /** From now on connections that the machine's rules lead to that address come as streams of STREAM_KINDS.OUTSIDE. */
  async listenOutside(address: string, port: number): Promise<void> {
    const { stream } = await this.#channel.open(
      STREAM_KINDS.LISTEN_OUTSIDE,
      new ArgumentWriter().str(address).u16(port).bytes(),
      { incoming: [], outgoing: [] },
    );
    stream.end();
  }

  async readFile(
    root: string,
    path: string,
  ): Promise<{ sizeBytes: number; content: ReadableStream<Uint8Array> }> {
    const { stream, answer } = await this.#channel.open(
      STREAM_KINDS.READ_FILE,
      new ArgumentWriter().str(root).str(path).bytes(),
      { incoming: [CHANNELS.OUT], outgoing: [] },
    );
    return { sizeBytes: answer.u64(), content: endingWith(stream) };
  }

  /** Resolves when everything is written. */
  async writeFile(
    root: string,
    path: string,
    content: ReadableStream<Uint8Array>,
    options: { mode?: number; exclusive?: boolean } = {},
  ): Promise<void> {
    const args = new ArgumentWriter()
      .str(root)
      .str(path)
      .u32(options.mode ?? 0o644)
      .u32(options.exclusive ? 1 : 0)
      .bytes();
    await this.#send(STREAM_KINDS.WRITE_FILE, args, content);
  }

  /** A tar stream of `path`; its last component is the first entry's name. `hollow`: files come as one hole each, without their content. */
  async tarOut(
    root: string,
    path: string,
    options: { readonly hollow?: boolean } = {},
  ): Promise<ReadableStream<Uint8Array>> {
    const args = new ArgumentWriter()
      .str(root)
      .str(path)
      .u32(options.hollow ? 1 : 0)
      .bytes();
    const { stream } = await this.#channel.open(STREAM_KINDS.TAR_OUT, args, {
      incoming: [CHANNELS.OUT],
      outgoing: [],
    });
    return endingWith(stream);
  }

  /** Extracts into the directory `path`; resolves when it is done. */
  async tarIn(root: string, path: string, tar: ReadableStream<Uint8Array>): Promise<void> {
    await this.#send(STREAM_KINDS.TAR_IN, new ArgumentWriter().str(root).str(path).bytes(), tar);
  }

  async #send(kind: number, args: Uint8Array, content: ReadableStream<Uint8Array>): Promise<void> {
    const { stream } = await this.#channel.open(kind, args, { incoming: [], outgoing: [CHANNELS.IN] });
    const [piped] = await Promise.allSettled([content.pipeTo(stream.writable())]);
    if (piped.status === "rejected" && !stream.closed) {
      stream.close();
      throw piped.reason;
    }
    assertDone(await stream.exited);
  }
}

/** Reads the answer of STAT; undefined when there is no such file. */
export function fileStatus(result: Uint8Array): FileStatus | undefined {
  const view = new DataView(result.buffer, result.byteOffset, result.byteLength);
  const kind = STAT_KINDS[view.getUint8(0)] ?? "other";
  if (kind === "none") return undefined;
  return {
    kind,
    sizeBytes: Number(view.getBigUint64(1, true)),
    mode: view.getUint32(9, true),
    modifiedAt: Number(view.getBigInt64(13, true)),
  };
}

/** The channel OUT of a transfer, failing at its end when the transfer failed. */
function endingWith(stream: GuestStream): ReadableStream<Uint8Array> {
  return stream.readable().pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      async flush() {
        assertDone(await stream.exited);
      },
    }),
  );
}

function assertDone(exit: GuestExit): void {
  if (exit.code === 0) return;
  if (exit.code === 28) throw new EngineError("out-of-space", exit.message || "no space left on device");
  throw new EngineError("internal", exit.message || `transfer failed with errno ${exit.code}`);
}

function spawnArguments(request: SpawnRequest, flags: number): Uint8Array {
  const { terminal, detaches } = request;
  return new ArgumentWriter()
    .u32(flags | (terminal ? SPAWN_FLAGS.TTY : 0))
    .u16(terminal?.columns ?? 0)
    .u16(terminal?.rows ?? 0)
    .str(request.workingDirectory ?? "/")
    .strs(request.argv)
    .strs(Object.entries(request.environment).map(([name, value]) => `${name}=${value}`))
    .str(detaches?.pidFile ?? "")
    .str(detaches?.consoleSocket ?? "")
    .bytes();
}
