// A runtime without a machine, for tests of the engine's verbs and of the API: programs are functions, the file system is a
// map, and every call is noted. What it cannot show (namespaces, limits, mounts) the real machine's tests show.

import { duplexPair, readText } from "../../base/streams.ts";
import type {
  AnswerDns,
  ContainerRuntime,
  EndpointPlan,
  ExecPlan,
  LayerMount,
  PortForward,
  ProcessExit,
  RuntimeProcess,
  StartPlan,
  ToolResult,
} from "../container-runtime.ts";
import { RuntimeStartError } from "../container-runtime.ts";
import { FakeFiles } from "./fake-files.ts";
import { FAKE_PROGRAMS, type FakeProgram } from "./fake-programs.ts";

type Sized = { readonly columns: number; readonly rows: number };

interface RunningFake {
  readonly plan: StartPlan;
  readonly main: FakeProcess;
  readonly others: Set<FakeProcess>;
}

export class FakeContainerRuntime implements ContainerRuntime {
  /** What was asked, in order: `start ID`, `signal ID 15` … ids cut to 12 digits. */
  readonly calls: string[] = [];
  readonly plans: StartPlan[] = [];
  readonly execPlans: ExecPlan[] = [];
  /** Values of cgroup files, the last written. */
  readonly written = new Map<string, string>();
  /** What programs of the guest say. */
  toolResult: ToolResult = { exitCode: 0, stdout: "", stderr: "" };
  /** By container id. */
  readonly nameServers = new Map<string, AnswerDns>();
  readonly files = new FakeFiles();
  readonly programs: Map<string, FakeProgram> = new Map(Object.entries(FAKE_PROGRAMS));
  readonly #running = new Map<string, RunningFake>();
  #nextPid = 100;

  bundlePath(id: string): string {
    return `/run/slipway/containers/${id}`;
  }

  writablePath(id: string): string {
    return `/var/lib/docker/overlay2/${id}`;
  }

  rootPath(id: string): string {
    return `${this.bundlePath(id)}/rootfs`;
  }

  async mountRoot(id: string): Promise<void> {
    this.#note("mountRoot", id);
  }

  async copyLayers(
    layers: readonly LayerMount[],
    target: string,
    onBytes: (copied: number) => void,
  ): Promise<void> {
    onBytes(1000);
    this.calls.push(`copyLayers ${layers.map(({ diffId }) => diffId).join(" ")} ${target}`);
  }

  async start(plan: StartPlan): Promise<RuntimeProcess> {
    this.#note("start", plan.id);
    this.plans.push(plan);
    if (plan.network.kind === "private" && plan.network.dns) this.nameServers.set(plan.id, plan.network.dns);
    for (const { name, content } of plan.files)
      await this.files.write(`${this.bundlePath(plan.id)}/${name}`, content);
    const main = this.#spawn(plan.spec.process, plan.terminal, plan.openStdin);
    this.#running.set(plan.id, { plan, main, others: new Set() });
    return main;
  }

  async exec(id: string, plan: ExecPlan): Promise<RuntimeProcess> {
    this.#note("exec", id);
    this.execPlans.push(plan);
    const process = this.#spawn(plan.process, plan.terminal, plan.openStdin);
    this.#running.get(id)?.others.add(process);
    return process;
  }

  async signal(id: string, signal: number): Promise<void> {
    this.#note("signal", id, String(signal));
    await this.#running.get(id)?.main.signal(signal);
  }

  async cleanUp(id: string): Promise<void> {
    this.#note("cleanUp", id);
    for (const other of this.#running.get(id)?.others ?? []) await other.signal(9);
    this.#running.delete(id);
    this.nameServers.delete(id);
  }

  async removeWritable(id: string): Promise<void> {
    this.#note("removeWritable", id);
  }

  async discard(id: string): Promise<void> {
    this.#note("discard", id);
  }

  removeUnknownWritable(): void {}

  async freeze(id: string, frozen: boolean): Promise<void> {
    this.#note(frozen ? "freeze" : "thaw", id);
  }

  async readCgroup(_id: string, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return new Map(names.map((name) => [name, name === "cgroup.procs" ? "100\n" : "0\n"]));
  }

  async writeCgroup(id: string, values: ReadonlyMap<string, string>): Promise<void> {
    this.#note("writeCgroup", id);
    for (const [name, value] of values) this.written.set(name, value);
  }

  async createBridge(bridge: { readonly name: string; readonly address: string }): Promise<void> {
    this.calls.push(`createBridge ${bridge.name} ${bridge.address}`);
  }

  async removeBridge(name: string): Promise<void> {
    this.calls.push(`removeBridge ${name}`);
  }

  async connectEndpoint(id: string, endpoint: EndpointPlan): Promise<void> {
    this.#note("connectEndpoint", id, endpoint.bridge, endpoint.interfaceName, endpoint.address);
  }

  async disconnectEndpoint(id: string, interfaceName: string): Promise<void> {
    this.#note("disconnectEndpoint", id, interfaceName);
  }

  async setDefaultGateway(id: string, gateway: string | undefined): Promise<void> {
    this.#note("setDefaultGateway", id, gateway ?? "none");
  }

  async forwardPorts(id: string, forwards: readonly PortForward[]): Promise<void> {
    this.#note(
      "forwardPorts",
      id,
      ...forwards.map((each) => `${each.hostPort}:${each.containerAddress}:${each.containerPort}`),
    );
  }

  async serveDns(id: string, answer: AnswerDns): Promise<void> {
    this.#note("serveDns", id);
    this.nameServers.set(id, answer);
  }

  async runTool(argv: readonly string[]): Promise<ToolResult> {
    this.calls.push(argv.join(" "));
    return this.toolResult;
  }

  #note(verb: string, id: string, ...more: string[]): void {
    this.calls.push([verb, id.slice(0, 12), ...more].join(" "));
  }

  #spawn(spec: StartPlan["spec"]["process"], terminal: Sized | undefined, openStdin: boolean): FakeProcess {
    const argv = spec.args[0] === "/sbin/docker-init" ? spec.args.slice(2) : spec.args;
    const [name = ""] = argv;
    if (name === "/etc/passwd") throw new RuntimeStartError("open executable: Permission denied");
    const program = this.programs.get(name);
    if (!program)
      throw new RuntimeStartError(
        name.includes("/")
          ? `executable file \`${name}\` not found: No such file or directory`
          : `executable file \`${name}\` not found in $PATH: No such file or directory`,
      );
    return new FakeProcess(this.#nextPid++, program, { ...spec, args: argv }, terminal, openStdin);
  }
}

class FakeProcess implements RuntimeProcess {
  readonly pid: number;
  readonly stdin: WritableStream<Uint8Array> | null;
  readonly stdout: ReadableStream<Uint8Array>;
  readonly stderr: ReadableStream<Uint8Array> | null;
  readonly exited: Promise<ProcessExit>;
  readonly sizes: Sized[] = [];
  #exit: (exit: ProcessExit) => void = () => {};
  #onSignal: ((signal: number) => void) | undefined;

  constructor(
    pid: number,
    program: FakeProgram,
    spec: StartPlan["spec"]["process"],
    terminal: Sized | undefined,
    openStdin: boolean,
  ) {
    this.pid = pid;
    if (terminal) this.sizes.push(terminal);
    const [inside, outside] = duplexPair();
    const [errInside, errOutside] = duplexPair();
    this.stdin = openStdin ? outside.writable : null;
    this.stdout = outside.readable;
    this.stderr = terminal ? null : errOutside.readable;
    this.exited = new Promise((resolve) => {
      this.#exit = resolve;
    });
    const stdout = inside.writable.getWriter();
    const stderr = errInside.writable.getWriter();
    const encoder = new TextEncoder();
    const finish = async (exit: ProcessExit) => {
      await Promise.allSettled([stdout.close(), stderr.close()]);
      this.#exit(exit);
    };
    if (!openStdin) void outside.writable.close().catch(() => {});
    void program({
      argv: spec.args,
      environment: Object.fromEntries(spec.env.map((entry) => entry.split(/=(.*)/s, 2) as [string, string])),
      stdin: inside.readable,
      readStdin: () => readText(inside.readable),
      write: (text) => stdout.write(encoder.encode(text)),
      writeError: (text) => (terminal ? stdout : stderr).write(encoder.encode(text)),
      sizes: this.sizes,
      onSignal: (listener) => {
        this.#onSignal = listener;
      },
      killed: this.exited.then(() => {}),
    }).then(
      (exitCode) => finish({ exitCode, oomKilled: false }),
      () => finish({ exitCode: 1, oomKilled: false }),
    );
    this.#kill = (signal) => void finish({ exitCode: 128 + signal, oomKilled: false });
  }

  #kill: (signal: number) => void;

  async resize(size: Sized): Promise<void> {
    this.sizes.push(size);
  }

  async signal(signal: number): Promise<void> {
    if (signal !== 9 && this.#onSignal) this.#onSignal(signal);
    else if (signal === 9) this.#kill(signal);
    // Like a PID 1 without a handler, everything else is ignored.
  }
}
