// Application containers by crun: one batch prepares the bundle (overlay, network, config.json), one `crun run` starts it. crun
// detaches; the agent, PID 1, inherits the container's first process and reports its end.

import { readText } from "../base/streams.ts";
import type { LayerDisk } from "../disk/layer-disk.ts";
import type { ContainerId } from "../engine/container-id.ts";
import {
  type AnswerDns,
  ContainerEndedError,
  type ContainerRuntime,
  type EndpointPlan,
  type ExecPlan,
  type GuestFiles,
  type LayerMount,
  type PortForward,
  type ProcessExit,
  type RuntimeProcess,
  type StartPlan,
  type ToolResult,
} from "../engine/container-runtime.ts";
import type { Agent, GuestProcess } from "../guest/agent.ts";
import { OperationBatch, UNMOUNT_DETACH } from "../guest/operations.ts";
import { bundleConfig, onTerminal } from "./bundle-config.ts";
import { ContainerCgroups } from "./container-cgroups.ts";
import { ContainerNetworks } from "./container-networks.ts";
import { bundlePath, CRUN_STATE, rootPath, writablePath } from "./container-paths.ts";
import { compileDeviceRules } from "./device-filter.ts";
import { AgentFiles } from "./guest-files.ts";
import { OverlayRoots } from "./overlay-roots.ts";
import { PreparedMounts } from "./prepared-mounts.ts";
import { QuietWork } from "./quiet-work.ts";
import { PROGRAM_PATH, runCrun } from "./run-crun.ts";
import { WritableLayers } from "./writable-layers.ts";

const SIGKILLED = 137;
const TOOL_OUTPUT_BYTES = 1_048_576;

export class CrunRuntime implements ContainerRuntime {
  readonly files: GuestFiles;
  readonly #agent: Agent;
  readonly #roots: OverlayRoots;
  readonly #networks: ContainerNetworks;
  readonly #cgroups: ContainerCgroups;
  readonly #mounts: PreparedMounts;
  readonly #writable: WritableLayers;
  readonly #quiet = new QuietWork();
  /** Containers whose processes do not end with the first one, as they have no process namespace of their own. */
  readonly #outliving = new Set<ContainerId>();
  /** First processes of containers from the beginning of a start to the end of the cleaning up; 0 while there is none. */
  readonly #pids = new Map<ContainerId, number>();
  #nextExec = 0;

  constructor(agent: Agent, disk: LayerDisk) {
    this.#agent = agent;
    this.#roots = new OverlayRoots(agent, disk);
    this.#networks = new ContainerNetworks(agent, this.#quiet);
    this.#cgroups = new ContainerCgroups(agent);
    this.#mounts = new PreparedMounts(agent);
    this.#writable = new WritableLayers(agent, this.#quiet);
    this.files = new AgentFiles(agent);
  }

  bundlePath(id: ContainerId): string {
    return bundlePath(id);
  }

  writablePath(id: ContainerId): string {
    return writablePath(id);
  }

  rootPath(id: ContainerId): string {
    return rootPath(id);
  }

  async mountRoot(id: ContainerId, layers: readonly LayerMount[]): Promise<void> {
    await this.#quiet.settle(id);
    this.#writable.use(id);
    await this.#roots.mount(id, layers);
  }

  copyLayers(
    layers: readonly LayerMount[],
    target: string,
    onBytes: (copied: number) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    return this.#roots.copyLayers(layers, target, onBytes, signal);
  }

  async start(plan: StartPlan): Promise<RuntimeProcess> {
    const { id } = plan;
    await this.#quiet.settle(id);
    this.#pids.set(id, 0);
    try {
      await this.#prepareBundle(plan);
      await this.#mounts.make(id, plan.prepared ?? []);
      await this.#networks.open(id, plan.network);
      const process = await runCrun(this.#agent, {
        verb: "run",
        options: ["--bundle", bundlePath(id)],
        container: id,
        file: `${bundlePath(id)}/init`,
        terminal: plan.terminal,
        openStdin: plan.openStdin,
      });
      this.#pids.set(id, process.pid);
      return this.#runtimeProcess(id, process);
    } catch (error) {
      await this.cleanUp(id).catch(() => {});
      await this.#quiet.settle(id).catch(() => {});
      throw error;
    }
  }

  async exec(id: ContainerId, plan: ExecPlan): Promise<RuntimeProcess> {
    const file = `${bundlePath(id)}/exec-${this.#nextExec++}`;
    const process = JSON.stringify(onTerminal(plan.process, plan.terminal));
    try {
      await this.#agent.run(new OperationBatch().write(`${file}.json`, process));
      const started = await runCrun(this.#agent, {
        verb: "exec",
        options: ["--process", `${file}.json`],
        container: id,
        file,
        terminal: plan.terminal,
        openStdin: plan.openStdin,
      });
      return this.#runtimeProcess(id, started);
    } catch (cause) {
      // Whatever crun or the agent missed then, it is for that reason.
      if (await this.#hasEnded(id)) throw new ContainerEndedError(`container ${id} has ended`, { cause });
      throw cause;
    } finally {
      await this.#agent.run(new OperationBatch().removeTree(`${file}.json`)).catch(() => {});
    }
  }

  /** Whether the first process is gone, or dead and not yet reaped: proc(5), /proc/pid/stat. */
  async #hasEnded(id: ContainerId): Promise<boolean> {
    const pid = this.#pids.get(id);
    if (!pid) return true;
    const status = await this.files.read(`/proc/${pid}/stat`).catch(() => undefined);
    return status === undefined || /^.*\) [ZX]/s.test(new TextDecoder().decode(status));
  }

  async signal(id: ContainerId, signal: number): Promise<void> {
    const pid = this.#pids.get(id);
    if (pid) await this.#agent.run(new OperationBatch().kill(pid, signal));
  }

  async cleanUp(id: ContainerId): Promise<void> {
    if (this.#quiet.isPending(id) || (!this.#pids.has(id) && !this.#roots.isMounted(id))) return;
    this.#pids.set(id, 0);
    const batch = new OperationBatch();
    this.#networks.addEnd(batch, id);
    this.#quiet.put(id, () => this.#takeDown(id));
    try {
      this.#writable.noteUse(await this.#agent.run(this.#writable.measure(batch)));
    } finally {
      await this.#networks.close(id);
      if (this.#outliving.delete(id)) await this.#quiet.settle(id);
    }
  }

  async letGo(): Promise<void> {
    await this.#quiet.settleAll();
    await this.#networks.removeSpare();
  }

  async removeWritable(id: ContainerId): Promise<void> {
    this.#quiet.put(id, () => this.#writable.remove(id));
    await this.#quiet.settle(id);
  }

  async discard(id: ContainerId): Promise<void> {
    this.#quiet.put(id, () => this.#writable.remove(id));
    if (!this.#writable.mayWait()) await this.#quiet.settle(id);
  }

  removeUnknownWritable(isKnown: (id: string) => boolean): void {
    this.#writable.removeUnknown(isKnown);
  }

  async freeze(id: ContainerId, frozen: boolean): Promise<void> {
    await this.#cgroups.write(id, new Map([["cgroup.freeze", frozen ? "1" : "0"]]));
  }

  readCgroup(id: ContainerId, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return this.#cgroups.read(id, names);
  }

  writeCgroup(id: ContainerId, values: ReadonlyMap<string, string>): Promise<void> {
    return this.#cgroups.write(id, values);
  }

  async #takeDown(id: ContainerId): Promise<void> {
    const batch = new OperationBatch()
      .removeCgroup(this.#cgroups.folder(id))
      .removeTree(`${CRUN_STATE}/${id}`)
      .unmount(rootPath(id), UNMOUNT_DETACH);
    this.#mounts.addRemoval(batch, id);
    await this.#agent.run(batch.removeTree(bundlePath(id)));
    await this.#roots.release(id);
    this.#mounts.forget(id);
    this.#cgroups.forget(id);
    this.#pids.delete(id);
  }

  createBridge(bridge: { name: string; address: string; internal: boolean }): Promise<void> {
    return this.#networks.createBridge(bridge);
  }

  removeBridge(name: string): Promise<void> {
    return this.#networks.removeBridge(name);
  }

  connectEndpoint(id: ContainerId, endpoint: EndpointPlan): Promise<void> {
    return this.#networks.connect(id, endpoint);
  }

  disconnectEndpoint(id: ContainerId, interfaceName: string): Promise<void> {
    return this.#networks.disconnect(id, interfaceName);
  }

  setDefaultGateway(id: ContainerId, gateway: string | undefined): Promise<void> {
    return this.#networks.setDefaultGateway(id, gateway);
  }

  forwardPorts(id: ContainerId, forwards: readonly PortForward[]): Promise<void> {
    return this.#networks.forwardPorts(id, forwards);
  }

  serveDns(id: ContainerId, answer: AnswerDns): Promise<void> {
    return this.#networks.serveDns(id, answer);
  }

  async runTool(argv: readonly string[]): Promise<ToolResult> {
    const tool = await this.#agent.spawn({ argv, environment: { PATH: PROGRAM_PATH, LC_ALL: "C" } });
    const [stdout, stderr, exit] = await Promise.all([
      readText(tool.stdout, TOOL_OUTPUT_BYTES),
      readText(tool.stderr!, TOOL_OUTPUT_BYTES),
      tool.exited,
    ]);
    return { exitCode: exit.code, stdout, stderr };
  }

  async #prepareBundle(plan: StartPlan): Promise<void> {
    const { id, spec } = plan;
    this.#cgroups.place(id, spec.linux.cgroupsPath);
    if (!spec.linux.namespaces.some(({ type, path }) => type === "pid" && path === undefined))
      this.#outliving.add(id);
    const batch = new OperationBatch();
    this.#writable.use(id);
    await this.#roots.addMount(batch, id, plan.layers);
    for (const file of plan.files) batch.write(`${bundlePath(id)}/${file.name}`, file.content);
    const pidOf = (other: ContainerId) => this.#pids.get(other);
    const namespacePath = this.#networks.addNamespace(batch, id, plan.network, pidOf);
    const devices = spec.linux.resources?.devices;
    if (devices) batch.limitDevices(this.#cgroups.folder(id), compileDeviceRules(devices));
    batch.write(`${bundlePath(id)}/config.json`, JSON.stringify(bundleConfig(plan, namespacePath)));
    await this.#agent.run(batch);
  }

  #runtimeProcess(id: ContainerId, process: GuestProcess): RuntimeProcess {
    return {
      pid: process.pid,
      stdin: process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
      exited: this.#exit(id, process),
      resize: async (size) => process.resize(size),
      signal: async (signal) => process.signal(signal),
    };
  }

  async #exit(id: ContainerId, process: GuestProcess): Promise<ProcessExit> {
    try {
      const { code } = await process.exited;
      return { exitCode: code, oomKilled: code === SIGKILLED && (await this.#cgroups.wasOutOfMemory(id)) };
    } catch {
      return { exitCode: 255, oomKilled: false };
    }
  }
}
