// The types that the page may import: what crosses comlink between page and worker. Values are structured-cloneable.
// Bytes of terminals never go through RPC: each terminal has a MessagePort of its own.

import type { RemoteErrorFields } from "./remote-error.ts";

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
  /** Another tab has what is kept here. Nothing was started: call start() again with another choice. */
  | { readonly phase: "held" }
  | { readonly phase: "ready"; readonly bootMs: number; readonly storage: StorageStatus }
  | {
      readonly phase: "failed";
      readonly reason: MachineFailure;
      readonly message: string;
      readonly consoleTail: string;
    };

/**
 * `panic`: the kernel; `out-of-memory`: the kernel killed the agent or a shell; `asset`: a file missing or corrupt; `worker`: the worker
 * itself died; `stuck`: the agent no longer answers; `full`: the storage takes no more; `storage`: what was kept cannot be used; `moved`:
 * another tab took over; `cancelled`: whoever launched it.
 */
export type MachineFailure =
  | "panic"
  | "out-of-memory"
  | "asset"
  | "worker"
  | "stuck"
  | "full"
  | "storage"
  | "moved"
  | "cancelled";

/** `keep` where the browser lets us; `take-over` ends the tab that has it first; `memory` keeps nothing. */
export type StorageChoice = "keep" | "take-over" | "memory";

export type StorageStatus =
  /** What the machine writes is there after a reload. */
  | { readonly kind: "kept" }
  /** Gone with the tab: because it was asked for, or because the browser gives no storage, with its reason. */
  | { readonly kind: "memory"; readonly why: "asked" | "blocked"; readonly reason: string };

/** What the page knows and the worker needs to start. */
export interface StartOptions {
  /** Absolute URL of the folder with `machine.json`, with a slash at its end. The page says it, because a bundled worker does not know where it was put. */
  readonly assetsUrl: string;
  /** `keep` when left out. */
  readonly storage?: StorageChoice;
  /** What is kept under another name has another owner: lower case letters, digits, `-` and `_`. The application's when left out. */
  readonly storageName?: string;
  /** Whether fetched files are kept in the browser's Cache Storage, beside its HTTP cache. True when left out. */
  readonly cacheAssets?: boolean;
  /** Nothing when left out. */
  readonly outside?: OutsideChoice;
}

/** What programs of the machine may reach outside of it. */
export interface OutsideChoice {
  /** HTTP, by the browser's fetch. */
  readonly fetch: boolean;
  /** By that also the host that the page comes from, which answers them as it answers the page. */
  readonly ownHost: boolean;
  /** `wss://…` of a relay that speaks wisp: everything that is TCP, in place of fetch. */
  readonly relay?: string;
}

/** On a terminal's port. Page to worker: `data` (keys) and `ack`; worker to page: `data`, `exit`. `ack` says how many bytes xterm has parsed: the worker keeps at most 768 KiB unacknowledged. */
export type TerminalMessage =
  | { readonly type: "data"; readonly bytes: Uint8Array }
  | { readonly type: "ack"; readonly bytes: number }
  | { readonly type: "exit"; readonly code: number };

export type TerminalId = number;

/** One request to the Engine API. Its bodies and a hijacked connection go over the port that comes with it (worker/rpc/byte-port.ts). */
export interface RpcRequest {
  /** Upper case. */
  readonly method: string;
  /** Path and query: `/containers/json?all=1`. */
  readonly target: string;
  /** Names in lower case. */
  readonly headers?: Record<string, string>;
  /** `stream`: over the port, which the page ends; bytes: the whole of it. */
  readonly body?: Uint8Array | "stream";
}

export interface RpcResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  /** What the port carries from here on. `connection`: both ways, the page's end of it being the container's stdin. */
  readonly body: "none" | "stream" | "connection";
}

/** A command line for the guest's shell, as root in /root. */
export interface GuestCommand {
  readonly line: string;
  readonly environment?: Record<string, string>;
  /**
   * When nobody wants it any more, SIGTERM to all of its processes, so that they can take back what they have begun; SIGKILL to the
   * first when left out.
   */
  readonly terminates?: boolean;
}

export interface GuestCommandEnd {
  /** 128 and the signal's number when one ended it. */
  readonly code: number;
  /** At most 64 KiB, its end. */
  readonly stderr: string;
}

/** One entry of a directory of a container. */
export interface FileEntry {
  readonly name: string;
  readonly kind: "file" | "directory" | "symlink" | "other";
  readonly sizeBytes: number;
  /** Permission bits. */
  readonly mode: number;
  /** Seconds since 1970. */
  readonly modifiedAt: number;
}

export interface DirectoryListing {
  /** The directory that was asked for, its symlinks resolved inside the container. */
  readonly path: string;
  /** Directories first, then by name. */
  readonly entries: readonly FileEntry[];
  /** There are more than are listed. */
  readonly truncated: boolean;
}

/** A port of the machine that a preview can be opened on. */
export interface OpenPort {
  readonly port: number;
  /** Name of the container that publishes it; undefined: a program of the machine itself. */
  readonly container: string | undefined;
}

/** What a preview's service worker asks of a server in the guest; which port is the frame's business, not the request's. */
export interface PreviewRequestFields {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly referrer?: string | undefined;
  readonly body?: Blob | undefined;
  /** A page is opened, not a part of one. */
  readonly navigation: boolean;
}

/** The first message on a preview request's port; the body follows as in worker/rpc/byte-port.ts. */
export type PreviewHead =
  | {
      readonly type: "head";
      readonly status: number;
      readonly reason: string;
      readonly headers: readonly (readonly [name: string, value: string])[];
      readonly hasBody: boolean;
    }
  | ({ readonly type: "failed" } & RemoteErrorFields);

export interface PreviewSocketFields {
  readonly target: string;
  readonly protocols: readonly string[];
}

/** What the frame of a preview asks, each with a port for the answer. */
export type PreviewMessage =
  /** Answer: PreviewHead, then bytes. */
  | { readonly type: "request"; readonly request: PreviewRequestFields }
  /** SocketFromPage and SocketToPage from here on. */
  | { readonly type: "socket"; readonly socket: PreviewSocketFields }
  /** A script of the page at `target` assigned `text` to document.cookie, or asks only (""). Answer: CookieAnswer. */
  | { readonly type: "cookie"; readonly target: string; readonly text: string };

/** All that scripts at that place may see. */
export type CookieAnswer = { readonly type: "cookie"; readonly text: string };

export type SocketFromPage =
  | { readonly type: "send"; readonly data: string | Uint8Array }
  | { readonly type: "close"; readonly code: number; readonly reason: string }
  /** So many bytes (characters of a text) of messages have been taken. */
  | { readonly type: "ack"; readonly bytes: number };

export type SocketToPage =
  | { readonly type: "open"; readonly protocol: string }
  | { readonly type: "message"; readonly data: string | Uint8Array }
  | { readonly type: "close"; readonly code: number; readonly reason: string };

/** Errors of these calls arrive as `RemoteError` with the engine's code: both sides call `installTransferHandlers()` (worker/rpc/transfer.ts) first. */
export interface SandboxRpc {
  /** Resolves at once. Comlink's calls never settle when the peer has died, so the page's watchdog asks this. */
  ping(): Promise<void>;
  /** Fetches, restores and starts the machine; resolves when a shell can be opened, or in the state `held`. A second call joins the first. */
  start(options: StartOptions): Promise<void>;
  /** Ends the machine, whatever state it is in, and starts anew. */
  restart(): Promise<void>;
  /** Calls back at once with the present state, then at every change. */
  onState(listener: (state: MachineState) => void): Promise<void>;
  /** A login shell, or a command, on a new pty; its bytes go over `port`. */
  openTerminal(size: TerminalSize, port: MessagePort, command?: GuestCommand): Promise<TerminalId>;
  resizeTerminal(id: TerminalId, size: TerminalSize): Promise<void>;
  /** Hangs up; a no-op when it has ended. */
  closeTerminal(id: TerminalId): Promise<void>;
  /** What programs in the guest wrote so far is on the medium when it resolves. */
  sync(): Promise<void>;
  /** Ends the machine and removes everything that is kept. Rejects with `conflict` when another tab has it. */
  forget(): Promise<void>;
  /** The last lines of the kernel's console, for the error view. */
  consoleTail(): Promise<string>;
  /** Answers with the head of the response; a `drop` on the port goes to the engine as the client's going away. */
  docker(request: RpcRequest, port: MessagePort): Promise<RpcResponse>;
  /** Resolves at its end. The port carries stdin and stdout; a `drop` on it kills the command. */
  runCommand(command: GuestCommand, port: MessagePort): Promise<GuestCommandEnd>;
  /** Fetches what is not kept yet of the machine and of an image that ships, by id; of all when left out. Rejects also when it is stopped. */
  keepOffline(
    image: string | undefined,
    onProgress: (progress: { readonly keptBytes: number; readonly totalBytes: number }) => void,
  ): Promise<void>;
  stopKeeping(image: string | undefined): Promise<void>;
  /** Calls back at once, then at every change, over restarts too. */
  onPorts(listener: (ports: readonly OpenPort[]) => void): Promise<void>;
  /** What a preview of a port of the machine wants; everything goes over the message port. */
  preview(machinePort: number, message: PreviewMessage, port: MessagePort): Promise<void>;
  /** A directory of a container, whether it runs or not. */
  listFiles(container: string, path: string): Promise<DirectoryListing>;
}
