// A run of the `docker` shim in the guest as a session of the command line.

import type { ApiHandler } from "../api/exchange.ts";
import { Emitter } from "../base/emitter.ts";
import type { CliSession, RunCli, TerminalSize } from "../cli/session.ts";
import type { Agent } from "../guest/agent.ts";
import { type ArgumentReader, ArgumentWriter, ArgumentReader as Reader } from "../guest/arguments.ts";
import { CALLER_FLAGS, CHANNELS, CONTROL_VERBS, FRAME_TYPES } from "../guest/frames.ts";
import type { GuestStream, GuestStreamShape } from "../guest/guest-stream.ts";
import { guestCallerFiles } from "./guest-caller-files.ts";
import { type ConnectOutside, guestConnect } from "./guest-connect.ts";
import { SIGNALS, signalName } from "./linux-signals.ts";

export const CALLER_SHAPE: GuestStreamShape = {
  incoming: [CHANNELS.OUT],
  outgoing: [CHANNELS.IN, CHANNELS.CALLER_ERR],
  incomingCredit: 0,
};

/** Signals that the shim passes on once someone listens. */
const CAUGHT = ["HUP", "INT", "QUIT", "TERM", "USR1", "USR2"] as const;

interface Call {
  readonly flags: number;
  readonly size: TerminalSize;
  readonly workingDirectory: string;
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Reads the arguments of an OPEN of kind CALLER. Throws EngineError("corrupt"). */
export function readCall(args: ArgumentReader): Call {
  return {
    flags: args.u32(),
    size: { columns: args.u16(), rows: args.u16() },
    workingDirectory: args.str(),
    argv: args.strs(),
    environment: Object.fromEntries(
      args.strs().map((entry) => {
        const equals = entry.indexOf("=");
        return equals < 0 ? [entry, ""] : [entry.slice(0, equals), entry.slice(equals + 1)];
      }),
    ),
  };
}

/** Runs the command line for the shim and sends it the exit code. */
export async function serveShim(
  call: Call,
  stream: GuestStream,
  context: {
    readonly agent: Agent;
    readonly api: ApiHandler;
    readonly run: RunCli;
    readonly connectOutside?: ConnectOutside | undefined;
  },
): Promise<void> {
  const gone = new AbortController();
  const closed = stream.onClosed;
  stream.onClosed = () => {
    closed();
    gone.abort();
  };
  const code = await context.run(shimSession(call, stream, context, gone.signal));
  // Output goes before the exit code on the same link. The shim may still be writing it for a slow reader and granting credit meanwhile:
  // it closes the stream when it ends, and closing it from here would cut it off.
  stream.send(FRAME_TYPES.EXIT, 0, new ArgumentWriter().u32(code).u32(0).bytes());
}

function shimSession(
  call: Call,
  stream: GuestStream,
  context: {
    readonly agent: Agent;
    readonly api: ApiHandler;
    readonly connectOutside?: ConnectOutside | undefined;
  },
  signal: AbortSignal,
): CliSession {
  const { agent, api, connectOutside } = context;
  const resized = new Emitter<TerminalSize>();
  const signalled = new Emitter<string>();
  let size = call.size;
  let catching = false;
  stream.onControl = (payload) => {
    const reader = new Reader(payload);
    const verb = reader.u8();
    if (verb === CONTROL_VERBS.RESIZE) {
      size = { columns: reader.u16(), rows: reader.u16() };
      resized.emit(size);
    } else if (verb === CONTROL_VERBS.SIGNAL) {
      const name = signalName(reader.u32());
      if (name !== undefined) signalled.emit(name);
    }
  };
  const catchSignals = () => {
    if (catching) return;
    catching = true;
    const mask = CAUGHT.reduce((bits, name) => bits | (1 << (SIGNALS[name]! - 1)), 0);
    stream.control(new ArgumentWriter().u8(CONTROL_VERBS.CATCH_SIGNALS).u32(mask).bytes());
  };
  const has = (flag: number) => (call.flags & flag) !== 0;
  return {
    arguments: call.argv.slice(1),
    environment: call.environment,
    workingDirectory: call.workingDirectory,
    stdin: stream.readable(CHANNELS.OUT),
    stdout: stream.writable(CHANNELS.IN),
    stderr: stream.writable(CHANNELS.CALLER_ERR),
    isTerminal: {
      stdin: has(CALLER_FLAGS.STDIN_TTY),
      stdout: has(CALLER_FLAGS.STDOUT_TTY),
      stderr: has(CALLER_FLAGS.STDERR_TTY),
    },
    terminalSize: () => (size.columns > 0 && size.rows > 0 ? size : undefined),
    onResize: (listener) => resized.on(listener),
    onSignal(listener) {
      catchSignals();
      return signalled.on(listener);
    },
    async setRawMode(on) {
      stream.control(
        new ArgumentWriter()
          .u8(CONTROL_VERBS.RAW_MODE)
          .u8(on ? 1 : 0)
          .bytes(),
      );
    },
    files: guestCallerFiles(agent),
    api,
    connect: guestConnect(agent, connectOutside),
    signal,
  };
}
