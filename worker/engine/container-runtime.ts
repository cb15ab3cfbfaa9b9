// What the engine needs of a container runtime; worker/runtime implements it with the agent and crun.
// Paths are absolute paths in the guest. `ContainerId` is 64 hex digits.

import type { LayerSource } from "../store/layer-source.ts";
import type { ContainerId } from "./container-id.ts";
import type { OciRuntimeSpec } from "./oci-runtime-spec.ts";

/** A layer to mount, by the digest of its uncompressed tar (diffId): the runtime attaches each digest once, however many containers use it. */
export interface LayerMount {
  readonly diffId: string;
  readonly source: LayerSource;
}

/** One interface of a container: a veth pair whose other end joins `bridge`. */
export interface EndpointPlan {
  readonly bridge: string;
  /** In the container: eth0, eth1, … */
  readonly interfaceName: string;
  /** `02:42:ac:11:00:02` */
  readonly macAddress: string;
  /** With prefix length: `172.17.0.2/16`. */
  readonly address: string;
  /** Becomes the default route when set. */
  readonly gateway: string | undefined;
}

export interface PortForward {
  readonly protocol: "tcp" | "udp";
  readonly hostAddress: string;
  readonly hostPort: number;
  readonly containerAddress: string;
  readonly containerPort: number;
}

/** Asks another name server from within the container's network. Rejects with EngineError("unavailable") when nothing comes back in time. */
export type AskNameServer = (server: string, message: Uint8Array) => Promise<Uint8Array>;

/** Answers a DNS message (RFC 1035) of a container's; undefined: nothing is sent back. Never rejects. */
export type AnswerDns = (
  message: Uint8Array,
  transport: "udp" | "tcp",
  ask: AskNameServer,
) => Promise<Uint8Array | undefined>;

/** Which network namespace: an own one with the endpoints given (none of them: only loopback), the machine's, or another container's. */
export type NetworkPlan =
  | {
      readonly kind: "private";
      readonly endpoints: readonly EndpointPlan[];
      readonly forwards: readonly PortForward[];
      /** The name server at 127.0.0.11. */
      readonly dns?: AnswerDns | undefined;
    }
  | { readonly kind: "host" }
  | { readonly kind: "container"; readonly id: ContainerId };

/** A mount that the runtime makes before the container's own, and takes away after its end. */
export type PreparedMount =
  | { readonly name: string; readonly kind: "tmpfs"; readonly options: string }
  /** What `path` is inside `root`, with no link leading out. */
  | { readonly name: string; readonly kind: "path"; readonly root: string; readonly path: string };

export interface StartPlan {
  readonly id: ContainerId;
  /** Bottom first. May be empty. */
  readonly layers: readonly LayerMount[];
  /** Complete but for `root.path`, `linux.namespaces[network].path` and `process.terminal`, which the runtime fills in. */
  readonly spec: OciRuntimeSpec;
  readonly network: NetworkPlan;
  /** Written below `bundlePath(id)` before the start, so that mounts of the spec can name them: hosts, hostname, resolv.conf. */
  readonly files: readonly { readonly name: string; readonly content: string }[];
  /** At `bundlePath(id)/mounts/NAME`, for mounts of the spec to bind. */
  readonly prepared?: readonly PreparedMount[];
  /** A pty of this size; stderr is null then. */
  readonly terminal: { readonly columns: number; readonly rows: number } | undefined;
  /** Without it stdin is /dev/null and `stdin` null. */
  readonly openStdin: boolean;
}

export interface ExecPlan {
  /** The `process` object of the OCI runtime spec. */
  readonly process: OciRuntimeSpec["process"];
  readonly terminal: { readonly columns: number; readonly rows: number } | undefined;
  readonly openStdin: boolean;
}

export interface ProcessExit {
  /** 0-255; 128+n for a signal. */
  readonly exitCode: number;
  readonly oomKilled: boolean;
}

/** A process in a container. stdout and stderr end when nobody in the container holds them any more. */
export interface RuntimeProcess {
  /** In the guest's own pid namespace. */
  readonly pid: number;
  readonly stdin: WritableStream<Uint8Array> | null;
  readonly stdout: ReadableStream<Uint8Array>;
  readonly stderr: ReadableStream<Uint8Array> | null;
  /** Never rejects. */
  readonly exited: Promise<ProcessExit>;
  resize(size: { readonly columns: number; readonly rows: number }): Promise<void>;
  signal(signal: number): Promise<void>;
}

/** crun refused to start a process: the engine turns its words into Docker's and the exit codes 126 and 127. */
export class RuntimeStartError extends Error {
  override readonly name = "RuntimeStartError";
  /** What crun printed, for example `executable file `foo` not found in $PATH: No such file or directory`. */
  readonly runtimeMessage: string;

  constructor(runtimeMessage: string) {
    super(runtimeMessage);
    this.runtimeMessage = runtimeMessage;
  }
}

/** The container had ended by the time that a process was to start in it. */
export class ContainerEndedError extends Error {
  override readonly name = "ContainerEndedError";
}

export interface ContainerRuntime {
  /** `/run/slipway/containers/ID` in the guest, gone after a restart of the machine. */
  bundlePath(id: ContainerId): string;
  /** `/var/lib/docker/overlay2/ID`, the container's writable layer on the data disk (with upper/ and work/). */
  writablePath(id: ContainerId): string;
  /** Where the root file system is mounted while it is: `bundlePath(id)/rootfs`. */
  rootPath(id: ContainerId): string;
  /** Mounts the layers and the writable layer. `start` does it by itself; for reading files (users) before a start. A no-op when mounted. */
  mountRoot(id: ContainerId, layers: readonly LayerMount[]): Promise<void>;
  /**
   * Copies the tree that the layers make into the directory `target`, which is made when it is not there. `onBytes` hears now and then
   * about how much has been copied. `signal` is heard until the copying begins.
   */
  copyLayers(
    layers: readonly LayerMount[],
    target: string,
    onBytes: (copied: number) => void,
    signal?: AbortSignal,
  ): Promise<void>;
  /** Rejects with RuntimeStartError, with nothing left behind but the writable layer. */
  start(plan: StartPlan): Promise<RuntimeProcess>;
  /** Rejects with RuntimeStartError, or ContainerEndedError. */
  exec(id: ContainerId, plan: ExecPlan): Promise<RuntimeProcess>;
  /** To the container's first process. */
  signal(id: ContainerId, signal: number): Promise<void>;
  /**
   * After the exit: nothing of it runs, and its addresses and ports are free, when it resolves. Mounts, network namespace, cgroup and bundle go in
   * a quiet moment, or before the next thing that is done with the container.
   */
  cleanUp(id: ContainerId): Promise<void>;
  removeWritable(id: ContainerId): Promise<void>;
  /** As removeWritable, of a container that is never seen again: in a quiet moment. */
  discard(id: ContainerId): Promise<void>;
  /** In a quiet moment: the writable layers that are not of a known container nor of one that came meanwhile. */
  removeUnknownWritable(isKnown: (id: string) => boolean): void;
  freeze(id: ContainerId, frozen: boolean): Promise<void>;
  /** Files of the container's cgroup by name (`memory.current`), those that exist. */
  readCgroup(id: ContainerId, names: readonly string[]): Promise<ReadonlyMap<string, string>>;
  writeCgroup(id: ContainerId, values: ReadonlyMap<string, string>): Promise<void>;
  createBridge(bridge: {
    readonly name: string;
    readonly address: string;
    readonly internal: boolean;
  }): Promise<void>;
  removeBridge(name: string): Promise<void>;
  /** Adds an interface to a running container's own network namespace; its `gateway` has no effect. */
  connectEndpoint(id: ContainerId, endpoint: EndpointPlan): Promise<void>;
  disconnectEndpoint(id: ContainerId, interfaceName: string): Promise<void>;
  /** Undefined: no default route. */
  setDefaultGateway(id: ContainerId, gateway: string | undefined): Promise<void>;
  /** In place of those that the running container has. */
  forwardPorts(id: ContainerId, forwards: readonly PortForward[]): Promise<void>;
  /** A name server for a running container that had none. */
  serveDns(id: ContainerId, answer: AnswerDns): Promise<void>;
  /** Runs a program of the guest's own to its end. Output beyond a megabyte is an error. */
  runTool(argv: readonly string[]): Promise<ToolResult>;
  readonly files: GuestFiles;
}

export interface ToolResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface GuestFileStatus {
  readonly kind: "file" | "directory" | "symlink" | "other";
  readonly sizeBytes: number;
  readonly mode: number;
  /** Seconds since 1970. */
  readonly modifiedAt: number;
}

/** The guest's files. Errors are EngineError("not-found" | "conflict" | "out-of-space" | "internal") with the path in the message. */
export interface GuestFiles {
  /** `inRoot`: resolve every symlink of the path inside that directory, as a hostile container may have made them. */
  read(path: string, options?: { inRoot?: string; limitBytes?: number }): Promise<Uint8Array>;
  write(path: string, content: string | Uint8Array, options?: { mode?: number }): Promise<void>;
  makeDirectory(path: string, options?: { mode?: number }): Promise<void>;
  /** A no-op when there is none. */
  removeTree(path: string): Promise<void>;
  /** Copies a tree with owners, modes, times, links and xattrs; `fromRoot` confines the source path like `inRoot`. */
  copyTree(from: { readonly root: string; readonly path: string }, to: string): Promise<void>;
  exists(path: string): Promise<boolean>;
  /** Of each path inside `root`, its last component not followed; undefined where there is nothing. */
  statuses(root: string, paths: readonly string[]): Promise<(GuestFileStatus | undefined)[]>;
  /** Bytes in the files below each path, hard links once; 0 for a path that is not there. */
  sizes(paths: readonly string[]): Promise<number[]>;
  /** Names, sorted; [] when there is no such directory. */
  list(path: string): Promise<string[]>;
  /**
   * A tar stream of `path` inside `root` (its last component is the first entry's name). `hollow`: files come as one hole each, without
   * their content.
   */
  tarOut(root: string, path: string, options?: { hollow?: boolean }): Promise<ReadableStream<Uint8Array>>;
  tarIn(root: string, path: string, tar: ReadableStream<Uint8Array>): Promise<void>;
}
