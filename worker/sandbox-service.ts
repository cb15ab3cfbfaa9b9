// The sandbox as the page drives it: the machine's life as states, terminals by number, requests to the engine.

import { EngineError, messageOf } from "./base/errors.ts";
import { tap } from "./base/streams.ts";
import { BrowserStorage } from "./browser-storage.ts";
import type { GuestProcess } from "./guest/agent.ts";
import { TERMINAL_ENVIRONMENT } from "./guest/login-shell.ts";
import { keepOffline, type OfflineProgress } from "./keep-offline.ts";
import type { MachineDeath } from "./machine/machine.ts";
import { fetchMachine, type PartsProgress } from "./machine-parts.ts";
import { browserOutside } from "./outside-browser.ts";
import { browserAssets, browserPlatform, fetchFromFolder } from "./platform-browser.ts";
import { bytePort } from "./rpc/byte-port.ts";
import type {
  DirectoryListing,
  GuestCommand,
  GuestCommandEnd,
  MachineFailure,
  MachineState,
  OpenPort,
  PreviewMessage,
  RpcRequest,
  RpcResponse,
  SandboxRpc,
  StartOptions,
  TerminalId,
  TerminalSize,
} from "./rpc/protocol.ts";
import { serveCommand } from "./rpc/serve-command.ts";
import { serveExchange } from "./rpc/serve-exchange.ts";
import { servePreview } from "./rpc/serve-preview.ts";
import { terminalPort } from "./rpc/terminal-port.ts";
import { Sandbox } from "./sandbox.ts";
import { AssetCache } from "./store/asset-cache.ts";
import { MemoryArea } from "./store/memory-area.ts";
import { StoredStateError } from "./store/stored-state-error.ts";

export class SandboxService implements SandboxRpc {
  readonly #listeners: ((state: MachineState) => void)[] = [];
  readonly #storage = new BrowserStorage(
    () => void this.#moveAway(),
    () => void this.#moveAway(),
  );
  readonly #portListeners: ((ports: readonly OpenPort[]) => void)[] = [];
  #ports: readonly OpenPort[] = [];
  readonly #terminals = new Map<TerminalId, GuestProcess>();
  #state: MachineState = { phase: "idle" };
  #options: StartOptions | undefined;
  #starting: Promise<Sandbox | undefined> | undefined;
  #sandbox: Sandbox | undefined;
  #lastConsole = "";
  #nextTerminal = 1;
  /** By image; all of them under "". */
  readonly #keeping = new Map<string, AbortController>();
  /** A machine that was ended while it started has no say any more. */
  #generation = 0;

  async ping(): Promise<void> {}

  async start(options: StartOptions): Promise<void> {
    this.#options = options;
    this.#starting ??= this.#boot(options);
    const starting = this.#starting;
    const started = await starting.catch((error: unknown) => {
      if (this.#starting === starting) this.#starting = undefined;
      throw error;
    });
    if (started === undefined && this.#starting === starting) this.#starting = undefined;
  }

  async restart(): Promise<void> {
    const options = this.#options;
    if (!options) throw new EngineError("invalid-argument", "restart() before start()");
    await this.#endMachine();
    await this.start(options);
  }

  async sync(): Promise<void> {
    await this.#sandbox?.sync();
  }

  async forget(): Promise<void> {
    await this.#endMachine();
    await this.#storage.forget();
  }

  async onState(listener: (state: MachineState) => void): Promise<void> {
    this.#listeners.push(listener);
    listener(this.#state);
  }

  async openTerminal(size: TerminalSize, port: MessagePort, command?: GuestCommand): Promise<TerminalId> {
    const sandbox = this.#running();
    const terminal = terminalPort(port);
    let shell: GuestProcess;
    try {
      shell =
        command === undefined
          ? await sandbox.openShell(size)
          : await sandbox.runCommand(command.line, {
              terminal: size,
              environment: { ...TERMINAL_ENVIRONMENT, ...command.environment },
            });
    } catch (error) {
      terminal.close();
      throw error;
    }
    const id = this.#nextTerminal++;
    this.#terminals.set(id, shell);
    void terminal.readable.pipeTo(shell.stdin!).catch(() => {});
    const watched = shell.stdout.pipeThrough(tap(() => sandbox.ports.activity()));
    const shown = watched.pipeTo(terminal.writable).catch(() => {});
    shell.exited
      .then(async ({ code }) => {
        await shown;
        terminal.exit(code);
      })
      .catch(() => terminal.close())
      .finally(() => this.#terminals.delete(id));
    return id;
  }

  async resizeTerminal(id: TerminalId, size: TerminalSize): Promise<void> {
    this.#terminals.get(id)?.resize(size);
  }

  async closeTerminal(id: TerminalId): Promise<void> {
    this.#terminals.get(id)?.close();
    this.#terminals.delete(id);
  }

  async consoleTail(): Promise<string> {
    return this.#sandbox?.machine.console.tail ?? this.#lastConsole;
  }

  async docker(request: RpcRequest, port: MessagePort): Promise<RpcResponse> {
    return serveExchange(this.#running().api, request, bytePort(port));
  }

  async runCommand(command: GuestCommand, port: MessagePort): Promise<GuestCommandEnd> {
    const sandbox = this.#running();
    const activity = () => sandbox.ports.activity();
    // A server may say nothing before it listens.
    activity();
    return serveCommand(sandbox, command, bytePort(port), activity);
  }

  async keepOffline(
    image: string | undefined,
    onProgress: (progress: OfflineProgress) => void,
  ): Promise<void> {
    const options = this.#options;
    if (!options) throw new EngineError("invalid-argument", "keepOffline() before start()");
    await this.stopKeeping(image);
    const stop = new AbortController();
    const key = image ?? "";
    this.#keeping.set(key, stop);
    try {
      const cache = await this.#assets(options);
      const assets = browserAssets(options.assetsUrl, cache);
      const source = {
        read: (name: string) => assets.readAsset(name),
        fetch: (name: string) => fetchFromFolder(options.assetsUrl, name),
      };
      await keepOffline(source, cache, image, onProgress, stop.signal);
    } finally {
      if (this.#keeping.get(key) === stop) this.#keeping.delete(key);
    }
  }

  async stopKeeping(image: string | undefined): Promise<void> {
    this.#keeping.get(image ?? "")?.abort();
  }

  async onPorts(listener: (ports: readonly OpenPort[]) => void): Promise<void> {
    this.#portListeners.push(listener);
    listener(this.#ports);
  }

  async preview(machinePort: number, message: PreviewMessage, port: MessagePort): Promise<void> {
    await servePreview(this.#sandbox?.previews, machinePort, message, port);
  }

  async listFiles(container: string, path: string): Promise<DirectoryListing> {
    return this.#running().listFiles(container, path);
  }

  async #assets({ assetsUrl, cacheAssets = true }: StartOptions): Promise<AssetCache> {
    if (!cacheAssets) return AssetCache.none();
    return AssetCache.open((name) => new URL(encodeURIComponent(name), assetsUrl).href);
  }

  #running(): Sandbox {
    if (!this.#sandbox) throw new EngineError("unavailable", "The machine is not running");
    return this.#sandbox;
  }

  /** Undefined: another tab has the storage. */
  async #boot(options: StartOptions): Promise<Sandbox | undefined> {
    const startedAt = performance.now();
    const generation = this.#generation;
    let isStarting = true;
    const tell = (state: MachineState) => {
      // What is still being fetched when another part has failed goes on telling.
      if (isStarting && generation === this.#generation) this.#setState(state);
    };
    try {
      const assets = browserAssets(options.assetsUrl, await this.#assets(options));
      // While the storage is asked for, which takes a moment.
      const parts = fetchMachine(assets, (progress) => tell(stateOf(progress)));
      parts.catch(() => {}); // is told where it is awaited
      const storage = await this.#storage.open(options.storage ?? "keep", options.storageName);
      if (storage === "held") {
        tell({ phase: "held" });
        isStarting = false;
        return undefined;
      }
      const { files, status, hasRoom } = storage;
      const outside = options.outside && browserOutside(options.outside, pageOrigin(options));
      const platform = browserPlatform(assets, files, outside, hasRoom);
      const sandbox = await Sandbox.start(platform, { parts, onFailure: (death) => this.#died(death) });
      if (generation !== this.#generation) return sandbox;
      this.#sandbox = sandbox;
      sandbox.ports.observe((ports) => {
        if (this.#sandbox === sandbox) this.#tellPorts(ports);
      });
      const bootMs = Math.round(performance.now() - startedAt);
      tell({ phase: "ready", bootMs, storage: status });
      return sandbox;
    } catch (error) {
      isStarting = false;
      // A machine that died while it started has said why.
      if (generation === this.#generation && this.#state.phase !== "failed")
        this.#fail(error instanceof StoredStateError ? "storage" : "asset", messageOf(error));
      throw error;
    }
  }

  /** Whatever state it is in, without writing back. */
  async #endMachine(): Promise<void> {
    const old = this.#starting;
    this.#starting = undefined;
    this.#generation++;
    await old?.then((sandbox) => sandbox?.abandon()).catch(() => {});
    this.#sandbox = undefined;
    this.#terminals.clear();
  }

  /** Another tab wants what is kept, or has it already. */
  async #moveAway(): Promise<void> {
    const sandbox = this.#sandbox;
    this.#fail("moved", "");
    await sandbox?.sync().catch(() => {});
    await this.#endMachine();
    this.#storage.release();
    // Taking it back is a decision of its own.
    if (this.#options) this.#options = { ...this.#options, storage: "take-over" };
  }

  #died({ reason, message }: MachineDeath): void {
    this.#lastConsole = this.#sandbox?.machine.console.tail ?? "";
    this.#sandbox = undefined;
    this.#terminals.clear();
    this.#fail(reason, message);
  }

  #fail(reason: MachineFailure, message: string): void {
    this.#setState({ phase: "failed", reason, message, consoleTail: this.#lastConsole });
  }

  #tellPorts(ports: readonly OpenPort[]): void {
    this.#ports = ports;
    for (const listener of this.#portListeners) listener(ports);
  }

  #setState(state: MachineState): void {
    if (state.phase !== "ready" && this.#ports.length > 0) this.#tellPorts([]);
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }
}

/** A worker of a blob's URL has its page's origin too. */
function pageOrigin({ assetsUrl }: StartOptions): string {
  const { origin } = globalThis.location;
  return origin.startsWith("http") ? origin : assetsUrl;
}

function stateOf(progress: PartsProgress): MachineState {
  if (progress.step === "restoring") return { phase: "restoring" };
  const { what, loadedBytes, totalBytes } = progress;
  return { phase: "fetching", what, loadedBytes, totalBytes };
}
