import { expose } from "comlink";
import { afterEach, describe, expect, it } from "vitest";
import { EngineError } from "../../worker/base/errors.ts";
import type { MachineState, SandboxRpc } from "../../worker/rpc/protocol.ts";
import { SandboxClient } from "./sandbox-client.ts";

const READY: MachineState = { phase: "ready", bootMs: 5, storage: { kind: "kept" } };

/** A worker in this thread, at the other end of a channel. It can die: then it never answers again. */
class ScriptedWorker implements SandboxRpc {
  readonly #channel = new MessageChannel();
  #listener: (state: MachineState) => void = () => {};
  #onError: ((event: { message: string }) => void) | undefined;
  readonly closed: number[] = [];
  restarts = 0;
  startWith: () => Promise<void> = async () => this.say(READY);

  constructor() {
    expose(this, this.#channel.port2);
  }

  /** What a page gets from `new Worker()`. */
  asWorker(): Worker {
    const { port1 } = this.#channel;
    port1.start();
    return {
      postMessage: port1.postMessage.bind(port1),
      removeEventListener: port1.removeEventListener.bind(port1),
      addEventListener: (type: string, listener: (event: never) => void) => {
        if (type === "error") this.#onError = listener as never;
        else port1.addEventListener(type as "message", listener as never);
      },
      terminate: () => this.die(),
    } as unknown as Worker;
  }

  say(state: MachineState): void {
    this.#listener(state);
  }

  die(): void {
    this.#channel.port2.close();
  }

  fail(message: string): void {
    this.#onError?.({ message });
  }

  async ping(): Promise<void> {}
  async sync(): Promise<void> {}
  async forget(): Promise<void> {}
  async keepOffline(): Promise<void> {}
  async stopKeeping(): Promise<void> {}
  async onPorts(): Promise<void> {}
  async preview(): Promise<void> {}
  async start(): Promise<void> {
    await this.startWith();
  }
  async restart(): Promise<void> {
    this.restarts++;
    this.say(READY);
  }
  async onState(listener: (state: MachineState) => void): Promise<void> {
    this.#listener = listener;
  }
  async openTerminal(_size: unknown, port: MessagePort): Promise<number> {
    port.postMessage({ type: "exit", code: 0 });
    port.close();
    return 7;
  }
  async resizeTerminal(): Promise<void> {
    throw new EngineError("not-found", "No such terminal");
  }
  async closeTerminal(id: number): Promise<void> {
    this.closed.push(id);
  }
  async consoleTail(): Promise<string> {
    return "";
  }
  async docker(): Promise<never> {
    throw new EngineError("not-implemented", "no");
  }
  async runCommand(): Promise<never> {
    throw new EngineError("not-implemented", "no");
  }
  async listFiles(): Promise<never> {
    throw new EngineError("not-implemented", "no");
  }
}

let workers: ScriptedWorker[] = [];

afterEach(() => {
  for (const worker of workers) worker.die();
  workers = [];
});

function client(prepare: (worker: ScriptedWorker) => void = () => {}): SandboxClient {
  return new SandboxClient({
    createWorker: () => {
      const worker = new ScriptedWorker();
      prepare(worker);
      workers.push(worker);
      return worker.asWorker();
    },
    assetsUrl: "http://localhost/assets/",
    tickMs: 10,
    patienceTicks: 5,
  });
}

const until = (sandbox: SandboxClient, phase: MachineState["phase"]) =>
  new Promise<MachineState>((resolve) => {
    sandbox.observe((state) => {
      if (state.phase === phase) resolve(state);
    });
  });

describe("SandboxClient", () => {
  it("starts the worker and passes its states on", async () => {
    const sandbox = client();
    const phases: string[] = [];
    sandbox.observe(({ phase }) => phases.push(phase));
    void sandbox.start();
    await until(sandbox, "ready");
    expect(phases).toEqual(["idle", "idle", "ready"]);
  });

  it("notices a dead worker, and what waited for it is refused", async () => {
    const sandbox = client();
    await sandbox.start();
    await until(sandbox, "ready");
    workers[0]!.die();
    const waiting = sandbox.openTerminal({ columns: 80, rows: 24 });
    await expect(waiting).rejects.toMatchObject({ name: "RemoteError", code: "unavailable" });
    expect(sandbox.state).toMatchObject({ phase: "failed", reason: "worker" });
  });

  it("restarts a living worker by asking, a dead one by making another", async () => {
    const sandbox = client();
    await sandbox.start();
    await sandbox.restart();
    expect(workers).toHaveLength(1);
    expect(workers[0]!.restarts).toBe(1);
    workers[0]!.die();
    await until(sandbox, "failed");
    await sandbox.restart();
    await until(sandbox, "ready");
    expect(workers).toHaveLength(2);
  });

  it("fails when the script cannot be loaded", async () => {
    const sandbox = client((worker) => {
      worker.startWith = () => new Promise(() => {});
    });
    const started = sandbox.start();
    workers[0]!.fail("404");
    await started;
    expect(sandbox.state).toMatchObject({ phase: "failed", message: expect.stringContaining("404") });
  });

  it("makes a start that fails without a word a failure, and leaves a state that says more", async () => {
    const silent = client((worker) => {
      worker.startWith = async () => {
        throw new EngineError("corrupt", "snapshot: wrong digest");
      };
    });
    await silent.start();
    expect(silent.state).toMatchObject({ phase: "failed", message: "snapshot: wrong digest" });

    const telling = client((worker) => {
      worker.startWith = async () => {
        worker.say({ phase: "failed", reason: "asset", message: "snapshot", consoleTail: "tail" });
        await new Promise((resolve) => setTimeout(resolve, 20));
        throw new EngineError("corrupt", "snapshot");
      };
    });
    await telling.start();
    expect(telling.state).toMatchObject({ reason: "asset", consoleTail: "tail" });
  });

  it("opens, resizes and closes terminals", async () => {
    const sandbox = client();
    await sandbox.start();
    const connection = await sandbox.openTerminal({ columns: 80, rows: 24 });
    const first = new Promise((resolve) => {
      connection.port.onmessage = ({ data }) => resolve(data);
    });
    expect(await first).toEqual({ type: "exit", code: 0 });
    connection.resize({ columns: 10, rows: 5 });
    connection.close();
    await expect.poll(() => workers[0]!.closed).toEqual([7]);
  });
});
