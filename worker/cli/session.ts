// What one run of the command line has of the outside: its arguments, its standard streams, its terminal, the engine's API
// and the file system of whoever called it. The guest's shim, the daemon's host and tests each make one.

import type { ApiHandler } from "../api/exchange.ts";
import type { Dispose } from "../base/disposables.ts";
import type { ByteDuplex } from "../base/streams.ts";

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

export interface CliSession {
  /** Without the program's own name: `["run", "-it", "busybox"]`. */
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Absolute path in the caller's file system. */
  readonly workingDirectory: string;
  /** Cancelling it tells the caller that no more input is wanted. */
  readonly stdin: ReadableStream<Uint8Array>;
  readonly stdout: WritableStream<Uint8Array>;
  readonly stderr: WritableStream<Uint8Array>;
  /** Which of the three are terminals. */
  readonly isTerminal: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean };
  /** Undefined without a terminal. */
  terminalSize(): TerminalSize | undefined;
  onResize(listener: (size: TerminalSize) => void): Dispose;
  /** Signals the calling process gets, by name without SIG: INT, TERM, HUP, QUIT, USR1, … Once a listener is on, they no longer end it. */
  onSignal(listener: (signal: string) => void): Dispose;
  /** Raw mode of the caller's terminal: no echo, no line editing, no signals from keys. A no-op without one. */
  setRawMode(on: boolean): Promise<void>;
  readonly files: CallerFiles;
  readonly api: ApiHandler;
  /** A connection to an engine elsewhere, from where the caller is. Rejects with EngineError("unavailable" | "forbidden"). */
  readonly connect?: (
    to:
      | { readonly kind: "unix"; readonly path: string }
      | { readonly kind: "tcp"; readonly host: string; readonly port: number },
  ) => Promise<ByteDuplex>;
  /** Aborted when the calling process is gone (killed, hung up): what this run has open at the engine is given up. */
  readonly signal?: AbortSignal;
}

/** The caller's files, for --env-file, load -i, --cidfile and cp. Errors are EngineError("not-found" | "forbidden" | …) with the path in the message. */
export interface CallerFiles {
  read(absolutePath: string): Promise<ReadableStream<Uint8Array>>;
  /** Creates or truncates; with `exclusive`, fails when the file exists. */
  write(
    absolutePath: string,
    content: ReadableStream<Uint8Array>,
    options?: { exclusive?: boolean },
  ): Promise<void>;
  /** A tar of the file or tree, its first entry named as the path's last component. For cp. */
  readTree?(
    absolutePath: string,
    options: { readonly followLink: boolean },
  ): Promise<ReadableStream<Uint8Array>>;
  /** Unpacks a tar into a directory that exists; no entry may leave it. `keepOwners`: with the archive's ids, else the caller's. For cp. */
  writeTree?(
    directory: string,
    tar: ReadableStream<Uint8Array>,
    options: { readonly keepOwners: boolean },
  ): Promise<void>;
  /** With its parents; a no-op when it is there. For docker context, as the next two. */
  makeDirectory?(absolutePath: string): Promise<void>;
  /** Names; [] when there is no such directory. */
  list?(absolutePath: string): Promise<string[]>;
  /** With all that is in it. */
  remove?(absolutePath: string): Promise<void>;
  /** Undefined when there is none. */
  stat(
    absolutePath: string,
  ): Promise<{ readonly kind: "file" | "directory" | "other"; readonly sizeBytes: number } | undefined>;
}

/** Runs the command line; resolves with the exit code, 0 to 255. Never rejects. */
export type RunCli = (session: CliSession) => Promise<number>;
