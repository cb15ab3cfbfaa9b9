// The page's side of the worker: one place that knows comlink, notices a worker's death, and makes sure that no call
// waits for a worker that is gone.

import { type Remote, wrap } from "comlink";
import { bytePort } from "../../worker/rpc/byte-port.ts";
import type {
  DirectoryListing,
  GuestCommand,
  GuestCommandEnd,
  MachineFailure,
  MachineState,
  OpenPort,
  OutsideChoice,
  PreviewHead,
  PreviewMessage,
  SandboxRpc,
  StorageChoice,
  TerminalSize,
} from "../../worker/rpc/protocol.ts";
import { RemoteError } from "../../worker/rpc/remote-error.ts";
import { installTransferHandlers } from "../../worker/rpc/transfer.ts";
import { DockerEndpoint } from "../docker/docker-endpoint.ts";
import { message } from "./messages.ts";
import { Watchdog } from "./watchdog.ts";

/** A shell on a pty. */
export interface TerminalConnection {
  /** Carries `TerminalMessage`s; not started yet. */
  readonly port: MessagePort;
  resize(size: TerminalSize): void;
  close(): void;
}

/** A command in the guest. */
export interface GuestRun {
  readonly stdin: WritableStream<Uint8Array>;
  readonly stdout: ReadableStream<Uint8Array>;
  /** Rejects with a RemoteError when the machine or its worker is gone. */
  readonly ended: Promise<GuestCommandEnd>;
}

export interface SandboxClientOptions {
  readonly createWorker: () => Worker;
  /** Absolute, with a slash at its end. */
  readonly assetsUrl: string;
  /** See StartOptions. */
  readonly storageName?: string | undefined;
  readonly cacheAssets?: boolean;
  /** What programs of the machine may reach outside; nothing when left out. */
  readonly outside?: OutsideChoice;
  readonly patienceTicks?: number;
  readonly tickMs?: number;
}

interface Peer {
  readonly worker: Worker;
  readonly rpc: Remote<SandboxRpc>;
  readonly watchdog: Watchdog;
  /** Never resolves; rejects when the worker is gone. */
  readonly death: Promise<never>;
  readonly die: (message: string, reason?: MachineFailure) => void;
}

const PATIENCE_TICKS = 12;
const LAUNCH_PATIENCE_TICKS = 60;

export class SandboxClient {
  readonly #options: SandboxClientOptions;
  readonly #listeners = new Set<(state: MachineState) => void>();
  readonly #portListeners = new Set<(ports: readonly OpenPort[]) => void>();
  #state: MachineState = { phase: "idle" };
  #storage: StorageChoice = "keep";
  #peer: Peer | undefined;
  /** The Engine API of the machine that runs at the time of a call. */
  readonly docker = new DockerEndpoint((request, port) => this.#ask((rpc) => rpc.docker(request, port)));

  constructor(options: SandboxClientOptions) {
    installTransferHandlers();
    this.#options = options;
  }

  get state(): MachineState {
    return this.#state;
  }

  /** Calls back at once, then at every change. */
  observe(listener: (state: MachineState) => void): void {
    this.#listeners.add(listener);
    listener(this.#state);
  }

  /** Never rejects: what goes wrong becomes the state `failed`. */
  async start(storage = this.#storage): Promise<void> {
    this.#storage = storage;
    this.#setState({ phase: "idle" });
    const known = this.#peer;
    const peer = known ?? this.#spawn();
    await this.#guard(peer, async () => {
      // All asked at once: calls arrive in their order, and answers would wait for a page that is busy with its first picture.
      const observed = known === undefined ? this.#observe(peer) : undefined;
      const { assetsUrl, storageName, cacheAssets, outside } = this.#options;
      const started = peer.rpc.start({
        assetsUrl,
        storage,
        ...(storageName !== undefined && { storageName }),
        ...(cacheAssets !== undefined && { cacheAssets }),
        ...(outside && { outside }),
      });
      await Promise.all([observed, started]);
    });
  }

  #observe(peer: Peer): Promise<unknown> {
    return Promise.all([
      peer.rpc.onState((state) => {
        if (this.#peer === peer) this.#setState(state);
      }),
      peer.rpc.onPorts((ports) => {
        if (this.#peer === peer) for (const listener of this.#portListeners) listener(ports);
      }),
    ]);
  }

  /** A new machine: by the worker when it lives, else with a new worker. Never rejects. */
  async restart(): Promise<void> {
    const peer = this.#peer;
    if (peer === undefined) return this.start();
    this.#setState({ phase: "idle" });
    await this.#guard(peer, () => peer.rpc.restart());
  }

  /** Ends a launch that takes too long: nothing more is fetched. The state becomes `failed`, and restart() begins again. */
  cancel(): void {
    const { phase } = this.#state;
    if (phase === "idle" || phase === "fetching" || phase === "restoring") this.#peer?.die("", "cancelled");
  }

  /**
   * Has the worker fetch what is not kept yet of the machine and of the image of that id, or of all that ship. Rejects with a RemoteError,
   * `cancelled` when stopped.
   */
  async keepOffline(
    image: string | undefined,
    onProgress: (keptBytes: number, totalBytes: number) => void,
  ): Promise<void> {
    await this.#ask((rpc) =>
      rpc.keepOffline(image, ({ keptBytes, totalBytes }) => onProgress(keptBytes, totalBytes)),
    ).answer;
  }

  stopKeeping(image?: string): void {
    void this.#peer?.rpc.stopKeeping(image).catch(() => {});
  }

  /** Of the machine that runs at the time. Calls back at every change, until what is returned is called. */
  observePorts(listener: (ports: readonly OpenPort[]) => void): () => void {
    this.#portListeners.add(listener);
    return () => void this.#portListeners.delete(listener);
  }

  /** What a preview wants; what cannot be asked now is answered with a failure. */
  preview(machinePort: number, wanted: PreviewMessage, port: MessagePort): void {
    const peer = this.#peer;
    if (peer !== undefined && this.#state.phase === "ready") {
      void peer.rpc.preview(machinePort, wanted, port).catch(() => {});
      return;
    }
    const failed: PreviewHead = {
      type: "failed",
      code: "unavailable",
      message: message("preview.unconnected"),
    };
    port.postMessage(failed);
  }

  /** Best effort: what programs wrote reaches the disk. */
  async sync(): Promise<void> {
    await this.#ask((rpc) => rpc.sync()).answer.catch(() => {});
  }

  /** Ends the worker, with the machine as it is. What waits for either rejects; start() makes a new one. */
  end(): void {
    this.#peer?.die(message("failure.ended"));
  }

  /** Ends the machine and removes everything kept of it. Rejects with a RemoteError. */
  async forget(): Promise<void> {
    const peer = this.#peer ?? this.#spawn();
    await Promise.race([peer.rpc.forget(), peer.death]);
  }

  /** A login shell, or a command, on a pty. Rejects with a RemoteError when the machine cannot open one, or its worker died. */
  async openTerminal(size: TerminalSize, command?: GuestCommand): Promise<TerminalConnection> {
    const peer = this.#peer;
    if (peer === undefined)
      throw new RemoteError({ code: "unavailable", message: message("failure.worker") });
    const { port1, port2 } = new MessageChannel();
    const id = await Promise.race([peer.rpc.openTerminal(size, port2, command), peer.death]);
    // What is asked of a dead worker never settles, and what a terminal that has ended answers does not matter.
    const ignore = () => {};
    return {
      port: port1,
      resize: (next) => void peer.rpc.resizeTerminal(id, next).catch(ignore),
      close: () => {
        port1.close();
        void peer.rpc.closeTerminal(id).catch(ignore);
      },
    };
  }

  /** A directory of a container. Rejects with a RemoteError. */
  listFiles(container: string, path: string): Promise<DirectoryListing> {
    return this.#ask((rpc) => rpc.listFiles(container, path)).answer;
  }

  /** A command line in the guest's shell, whose output is read while it runs. `signal` kills it. */
  runCommand(command: GuestCommand, signal?: AbortSignal): GuestRun {
    const { port1, port2 } = new MessageChannel();
    const bytes = bytePort(port1);
    const { answer, lost } = this.#ask((rpc) => rpc.runCommand(command, port2));
    const drop = (reason: string) => bytes.drop(reason);
    lost.catch((error: Error) => drop(error.message));
    answer.catch((error: Error) => drop(error.message));
    signal?.addEventListener("abort", () => drop("stopped"), { once: true });
    if (signal?.aborted) drop("stopped");
    return { stdin: bytes.writable, stdout: bytes.readable, ended: answer };
  }

  /** Asks the present worker; `lost` rejects when that worker dies, then or later. */
  #ask<T>(call: (rpc: Remote<SandboxRpc>) => Promise<T>): { answer: Promise<T>; lost: Promise<never> } {
    const peer = this.#peer;
    const gone = () => new RemoteError({ code: "unavailable", message: message("failure.worker") });
    if (peer === undefined) {
      const lost = Promise.reject(gone());
      lost.catch(() => {});
      return { answer: lost, lost };
    }
    return { answer: Promise.race([call(peer.rpc), peer.death]), lost: peer.death };
  }

  #spawn(): Peer {
    const worker = this.#options.createWorker();
    const rpc = wrap<SandboxRpc>(worker);
    let reject: (error: RemoteError) => void = () => {};
    const death = new Promise<never>((_, rejectDeath) => {
      reject = rejectDeath;
    });
    death.catch(() => {});
    let answered = false;
    const die = (said: string, reason: MachineFailure = "worker") => {
      if (this.#peer !== peer) return;
      this.#peer = undefined;
      peer.watchdog.stop();
      worker.terminate();
      this.#setState({ phase: "failed", reason, message: said, consoleTail: "" });
      reject(new RemoteError({ code: "unavailable", message: said || message("failure.worker") }));
    };
    // A launch unpacks and restores a whole machine, which a slow computer does for a while without a pause.
    const patienceTicks = () =>
      this.#options.patienceTicks ?? (this.#state.phase === "ready" ? PATIENCE_TICKS : LAUNCH_PATIENCE_TICKS);
    const tickMs = this.#options.tickMs ?? 1000;
    const ping = () =>
      rpc.ping().finally(() => {
        answered = true;
      });
    const onSilence = () =>
      die(message("failure.deadWorker", { seconds: Math.round((patienceTicks() * tickMs) / 1000) }));
    const peer: Peer = {
      worker,
      rpc,
      death,
      die,
      watchdog: new Watchdog({ ping, onSilence, patienceTicks, tickMs }),
    };
    worker.addEventListener("error", (event) => {
      // Before its first answer, an error means that the script did not load. Later it is one exception of many: the
      // machine's own watchdog, or ours, says whether anything broke.
      if (!answered)
        die(message("failure.workerError", { reason: event.message || message("failure.unknown") }));
    });
    this.#peer = peer;
    return peer;
  }

  /** A call that fails without having said so in the state becomes the state `failed`. */
  async #guard(peer: Peer, call: () => Promise<void>): Promise<void> {
    try {
      await Promise.race([call(), peer.death]);
    } catch (error) {
      if (this.#peer !== peer || this.#state.phase === "failed") return;
      peer.die(error instanceof Error ? error.message : String(error));
    }
  }

  #setState(state: MachineState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }
}
