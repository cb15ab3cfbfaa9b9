// A fake of the worker: it keeps the contract of worker/rpc/protocol.ts towards the page, with a toy shell and no machine.
// The worker's name is the scenario: "" boots in a second, "hold" stays at 41 %, "unknown" has no total, "asset" fails.

import { expose } from "comlink";
import type { MachineFailure, MachineState, SandboxRpc, TerminalSize } from "../../worker/rpc/protocol.ts";
import { type TerminalPort, terminalPort } from "../../worker/rpc/terminal-port.ts";
import { installTransferHandlers } from "../../worker/rpc/transfer.ts";
import { FakeShell } from "./fake-shell.ts";

const TOTAL_BYTES = 7_900_000;
const CONSOLE_TAIL = `[    4.113020] eth0: renamed from veth4f1a
[   61.804416] BUG: kernel NULL pointer dereference, address: 00000000
[   61.804420] #PF: supervisor read access in kernel mode
[   61.804511] CPU: 0 PID: 214 Comm: sh Not tainted 6.1.0 #1
[   61.804633] Kernel panic - not syncing: Fatal exception in interrupt
[   61.804701] ---[ end Kernel panic - not syncing: a rehearsal: this is the fake machine ]---`;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const never = () => new Promise<void>(() => {});

class FakeSandbox implements SandboxRpc {
  readonly #scenario: string;
  readonly #shells = new Map<number, { shell: FakeShell; port: TerminalPort }>();
  #state: MachineState = { phase: "idle" };
  #listener: (state: MachineState) => void = () => {};
  #nextId = 1;

  constructor(scenario: string) {
    this.#scenario = scenario;
  }

  async ping(): Promise<void> {}

  async start(): Promise<void> {
    const started = performance.now();
    const total = this.#scenario === "unknown" ? undefined : TOTAL_BYTES;
    for (let step = 0; step <= 20; step++) {
      const loadedBytes = (TOTAL_BYTES * step) / 20;
      this.#set({ phase: "fetching", what: "the machine", loadedBytes, totalBytes: total });
      if (step === 8 && (this.#scenario === "hold" || this.#scenario === "unknown")) {
        this.#set({
          phase: "fetching",
          what: "the machine",
          loadedBytes: TOTAL_BYTES * 0.417,
          totalBytes: total,
        });
        await never();
      }
      if (step === 12 && this.#scenario === "asset") {
        return this.#fail("asset", "assets/snapshot-2.zst: the SHA-256 is not the one in machine.json", "");
      }
      await pause(30);
    }
    this.#set({ phase: "restoring" });
    if (this.#scenario === "restoring") await never();
    await pause(300);
    this.#set({ phase: "ready", bootMs: performance.now() - started, storage: { kind: "kept" } });
  }

  async restart(): Promise<void> {
    for (const id of [...this.#shells.keys()]) await this.closeTerminal(id);
    await this.start();
  }

  async onState(listener: (state: MachineState) => void): Promise<void> {
    this.#listener = listener;
    listener(this.#state);
  }

  async openTerminal(size: TerminalSize, port: MessagePort): Promise<number> {
    const id = this.#nextId++;
    const terminal = terminalPort(port);
    const machine = {
      fail: (reason: MachineFailure) => this.#fail(reason, `The fake was told to: ${reason}`, CONSOLE_TAIL),
    };
    const shell = new FakeShell(terminal, machine, size);
    this.#shells.set(id, { shell, port: terminal });
    shell.run().catch(() => {});
    return id;
  }

  async resizeTerminal(id: number, size: TerminalSize): Promise<void> {
    this.#shells.get(id)?.shell.resize(size.columns, size.rows);
  }

  async closeTerminal(id: number): Promise<void> {
    this.#shells.get(id)?.port.close();
    this.#shells.delete(id);
  }

  async sync(): Promise<void> {}

  async forget(): Promise<void> {}

  async keepOffline(): Promise<void> {}
  async stopKeeping(): Promise<void> {}
  async onPorts(): Promise<void> {}

  async preview(): Promise<void> {}

  async consoleTail(): Promise<string> {
    return CONSOLE_TAIL;
  }

  async docker(): Promise<never> {
    throw new Error("The fake machine has no engine");
  }

  async runCommand(): Promise<never> {
    throw new Error("The fake machine runs no commands");
  }

  async listFiles(): Promise<never> {
    throw new Error("The fake machine has no containers");
  }

  #fail(reason: MachineFailure, message: string, consoleTail: string): void {
    this.#set({ phase: "failed", reason, message, consoleTail });
  }

  #set(state: MachineState): void {
    this.#state = state;
    this.#listener(state);
  }
}

installTransferHandlers();
expose(new FakeSandbox(self.name));
