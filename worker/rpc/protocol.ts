// The types that the page may import: what crosses comlink between page and worker. Values are structured-cloneable.
// Bytes of terminals never go through RPC: each terminal has a MessagePort of its own.

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** Where the machine is. `failed` stays until `restart()`. */
export type MachineState =
  | { readonly phase: "idle" }
  | {
      readonly phase: "fetching";
      readonly what: string;
      readonly loadedBytes: number;
      readonly totalBytes: number | undefined;
    }
  | { readonly phase: "restoring" }
  | { readonly phase: "ready"; readonly bootMs: number }
  | {
      readonly phase: "failed";
      readonly reason: MachineFailure;
      readonly message: string;
      readonly consoleTail: string;
    };

/** `panic`: the kernel; `out-of-memory`: the kernel killed the agent or a shell; `asset`: a file missing or corrupt; `worker`: the worker itself died; `stuck`: the agent no longer answers. */
export type MachineFailure = "panic" | "out-of-memory" | "asset" | "worker" | "stuck";

/** What the page knows and the worker needs to start. */
export interface StartOptions {
  /** Absolute URL of the folder with `machine.json`, with a slash at its end. The page says it, because a bundled worker does not know where it was put. */
  readonly assetsUrl: string;
}

/** On a terminal's port. Page to worker: `data` (keys) and `ack`; worker to page: `data`, `exit`. `ack` says how many bytes xterm has parsed: the worker keeps at most 512 KiB unacknowledged. */
export type TerminalMessage =
  | { readonly type: "data"; readonly bytes: Uint8Array }
  | { readonly type: "ack"; readonly bytes: number }
  | { readonly type: "exit"; readonly code: number };

export type TerminalId = number;

/** One request to the Engine API; bodies are whole. Streams follow with the typed client. */
export interface RpcRequest {
  readonly method: string;
  readonly target: string;
  readonly headers?: Record<string, string>;
  readonly body?: Uint8Array;
}

export interface RpcResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: ReadableStream<Uint8Array> | null;
}

/** Errors of these calls arrive as `RemoteError` with the engine's code: both sides call `installTransferHandlers()` (worker/rpc/transfer.ts) first. */
export interface SandboxRpc {
  /** Resolves at once. Comlink's calls never settle when the peer has died, so the page's watchdog asks this. */
  ping(): Promise<void>;
  /** Fetches, restores and starts the machine; resolves when a shell can be opened. A second call joins the first. */
  start(options: StartOptions): Promise<void>;
  /** Ends the machine, whatever state it is in, and starts anew. */
  restart(): Promise<void>;
  /** Calls back at once with the present state, then at every change. */
  onState(listener: (state: MachineState) => void): Promise<void>;
  /** A login shell on a new pty; its bytes go over `port`. */
  openTerminal(size: TerminalSize, port: MessagePort): Promise<TerminalId>;
  resizeTerminal(id: TerminalId, size: TerminalSize): Promise<void>;
  /** Hangs up; a no-op when it has ended. */
  closeTerminal(id: TerminalId): Promise<void>;
  /** The last lines of the kernel's console, for the error view. */
  consoleTail(): Promise<string>;
  docker(request: RpcRequest): Promise<RpcResponse>;
}
