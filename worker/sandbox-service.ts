// The sandbox as the page drives it: the machine's life as states, terminals by number, requests to the engine.

import { EngineError, messageOf } from "./base/errors.ts";
import type { GuestProcess } from "./guest/agent.ts";
import type { MachineDeath } from "./machine/machine.ts";
import { browserPlatform } from "./platform-browser.ts";
import { bytePort } from "./rpc/byte-port.ts";
import type {
  DirectoryListing,
  GuestCommand,
  GuestCommandEnd,
  MachineFailure,
  MachineState,
  RpcRequest,
  RpcResponse,
  SandboxRpc,
  StartOptions,
  TerminalId,
  TerminalSize,
} from "./rpc/protocol.ts";
import { serveCommand } from "./rpc/serve-command.ts";
import { serveExchange } from "./rpc/serve-exchange.ts";
import { terminalPort } from "./rpc/terminal-port.ts";
import { Sandbox, type SandboxProgress } from "./sandbox.ts";
import { MemoryArea } from "./store/memory-area.ts";

export class SandboxService implements SandboxRpc {
  readonly #listeners: ((state: MachineState) => void)[] = [];
  readonly #terminals = new Map<TerminalId, GuestProcess>();
  #state: MachineState = { phase: "idle" };
  #options: StartOptions | undefined;
  #starting: Promise<Sandbox> | undefined;
  #sandbox: Sandbox | undefined;
  #lastConsole = "";
  #nextTerminal = 1;

  async ping(): Promise<void> {}

  async start(options: StartOptions): Promise<void> {
    this.#options = options;
    this.#starting ??= this.#boot(options);
    await this.#starting;
  }

  async restart(): Promise<void> {
    const options = this.#options;
    if (!options) throw new EngineError("invalid-argument", "restart() before start()");
    const old = this.#starting;
    this.#starting = undefined;
    await old?.then((sandbox) => sandbox.machine.end()).catch(() => {});
    this.#sandbox = undefined;
    this.#terminals.clear();
    await this.start(options);
  }

  async onState(listener: (state: MachineState) => void): Promise<void> {
    this.#listeners.push(listener);
    listener(this.#state);
  }

  async openTerminal(size: TerminalSize, port: MessagePort): Promise<TerminalId> {
    const sandbox = this.#running();
    const terminal = terminalPort(port);
    let shell: GuestProcess;
    try {
      shell = await sandbox.openShell(size);
    } catch (error) {
      terminal.close();
      throw error;
    }
    const id = this.#nextTerminal++;
    this.#terminals.set(id, shell);
    void terminal.readable.pipeTo(shell.stdin!).catch(() => {});
    const shown = shell.stdout.pipeTo(terminal.writable).catch(() => {});
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
    return serveCommand(this.#running(), command, bytePort(port));
  }

  async listFiles(container: string, path: string): Promise<DirectoryListing> {
    return this.#running().listFiles(container, path);
  }

  #running(): Sandbox {
    if (!this.#sandbox) throw new EngineError("unavailable", "The machine is not running");
    return this.#sandbox;
  }

  async #boot(options: StartOptions): Promise<Sandbox> {
    const startedAt = performance.now();
    try {
      const sandbox = await Sandbox.start(browserPlatform(options.assetsUrl, new MemoryArea()), {
        onProgress: (progress) => this.#setState(stateOf(progress)),
        onFailure: (death) => this.#died(death),
      });
      this.#sandbox = sandbox;
      this.#setState({ phase: "ready", bootMs: Math.round(performance.now() - startedAt) });
      return sandbox;
    } catch (error) {
      this.#fail("asset", messageOf(error));
      throw error;
    }
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

  #setState(state: MachineState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }
}

function stateOf(progress: SandboxProgress): MachineState {
  if (progress.step === "restoring") return { phase: "restoring" };
  const { what, loadedBytes, totalBytes } = progress;
  return { phase: "fetching", what, loadedBytes, totalBytes };
}
