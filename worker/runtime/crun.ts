// Application containers by crun: one batch prepares the bundle (overlay, network, config.json), one `crun run` starts it. crun
// detaches; the agent, PID 1, inherits the container's first process and reports its end.

import { EngineError, messageOf } from "../base/errors.ts";
import { readText } from "../base/streams.ts";
import type { LayerDisk } from "../disk/layer-disk.ts";
import type { ContainerId } from "../engine/container-id.ts";
import {
  type AnswerDns,
  type ContainerRuntime,
  type EndpointPlan,
  type ExecPlan,
  type GuestFiles,
  type LayerMount,
  type NetworkPlan,
  type PortForward,
  type PreparedMount,
  type ProcessExit,
  type RuntimeProcess,
  RuntimeStartError,
  type StartPlan,
  type ToolResult,
} from "../engine/container-runtime.ts";
import type { OciRuntimeSpec } from "../engine/oci-runtime-spec.ts";
import type { Agent, GuestProcess, SpawnRequest } from "../guest/agent.ts";
import { GuestError } from "../guest/channel.ts";
import { MOUNT_FLAGS, OperationBatch, UNMOUNT_DETACH } from "../guest/operations.ts";
import { AttachedLayers } from "./attached-layers.ts";
import {
  bundlePath,
  CGROUP_ROOT,
  CRUN_STATE,
  cgroupPath,
  networkNamespacePath,
  rootPath,
  writablePath,
} from "./container-paths.ts";
import { copyLayers } from "./copy-layers.ts";
import { compileDeviceRules } from "./device-filter.ts";
import { DnsSockets } from "./dns-sockets.ts";
import { AgentFiles } from "./guest-files.ts";
import { PortForwards } from "./port-forwards.ts";
import { compileSeccomp } from "./seccomp-filter.ts";

const PROGRAM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/** What the agent answers when a program that should detach failed. */
const ECHILD = 10;
const SIGKILLED = 137;
const TOOL_OUTPUT_BYTES = 1_048_576;
const PRIVATE_TMPFS = MOUNT_FLAGS.NO_SUID | MOUNT_FLAGS.NO_DEV | MOUNT_FLAGS.NO_EXEC;

interface RunningContainer {
  pid: number;
  mounted: readonly string[] | undefined;
  forwards: readonly PortForward[];
  ownNamespace: boolean;
  dns: DnsSockets | undefined;
  /** Below CGROUP_ROOT. */
  cgroup: string;
  /** Targets of mounts made for it. */
  prepared: readonly string[];
}

export class CrunRuntime implements ContainerRuntime {
  readonly files: GuestFiles;
  readonly #agent: Agent;
  readonly #layers: AttachedLayers;
  readonly #ports: PortForwards;
  readonly #containers = new Map<ContainerId, RunningContainer>();
  #nextExec = 0;
  #nextCopy = 0;

  constructor(agent: Agent, disk: LayerDisk) {
    this.#agent = agent;
    this.#layers = new AttachedLayers(agent, disk);
    this.#ports = new PortForwards(agent);
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
    const container = this.#container(id);
    if (container.mounted) return;
    const batch = new OperationBatch();
    await this.#addMount(batch, id, layers);
    await this.#runOrRelease(batch, id);
  }

  async unmountRoot(id: ContainerId): Promise<void> {
    const container = this.#containers.get(id);
    if (!container?.mounted) return;
    await this.#agent.run(new OperationBatch().unmount(rootPath(id), UNMOUNT_DETACH));
    await this.#release(id);
  }

  copyLayers(layers: readonly LayerMount[], target: string): Promise<void> {
    return copyLayers(this.#agent, this.#layers, layers, target, `/run/slipway/copies/${this.#nextCopy++}`);
  }

  async start(plan: StartPlan): Promise<RuntimeProcess> {
    const { id, spec } = plan;
    const container = this.#container(id);
    container.cgroup = spec.linux.cgroupsPath;
    const batch = new OperationBatch();
    if (!container.mounted) await this.#addMount(batch, id, plan.layers);
    for (const file of plan.files) batch.write(`${bundlePath(id)}/${file.name}`, file.content);
    const namespacePath = this.#addNetwork(batch, id, plan.network);
    const namespaces = spec.linux.namespaces.filter((namespace) => namespace.type !== "network");
    const { devices, ...resources } = spec.linux.resources ?? {};
    if (devices) batch.limitDevices(CGROUP_ROOT + container.cgroup, compileDeviceRules(devices));
    const ready = withCompiledSeccomp(spec);
    const config = {
      ...ready,
      root: { ...spec.root, path: rootPath(id) },
      process: { ...spec.process, terminal: plan.terminal !== undefined },
      linux: {
        ...ready.linux,
        resources,
        namespaces:
          namespacePath === undefined
            ? namespaces
            : [...namespaces, { type: "network", path: namespacePath }],
      },
    };
    if (plan.terminal) {
      config.process.consoleSize = { height: plan.terminal.rows, width: plan.terminal.columns };
    }
    batch.write(`${bundlePath(id)}/config.json`, JSON.stringify(config));
    try {
      await this.#agent.run(batch);
      await this.#prepareMounts(id, plan.prepared ?? []);
      await this.#publish(id, plan.network);
      if (plan.network.kind === "private" && plan.network.dns) await this.serveDns(id, plan.network.dns);
      const process = await this.#crun(
        ["run", "--bundle", bundlePath(id)],
        [id],
        `${bundlePath(id)}/init`,
        plan,
      );
      container.pid = process.pid;
      return this.#runtimeProcess(id, process);
    } catch (error) {
      await this.cleanUp(id).catch(() => {});
      throw error;
    }
  }

  async exec(id: ContainerId, plan: ExecPlan): Promise<RuntimeProcess> {
    const file = `${bundlePath(id)}/exec-${this.#nextExec++}`;
    const process = { ...plan.process, terminal: plan.terminal !== undefined };
    if (plan.terminal) process.consoleSize = { height: plan.terminal.rows, width: plan.terminal.columns };
    await this.#agent.run(new OperationBatch().write(`${file}.json`, JSON.stringify(process)));
    try {
      return this.#runtimeProcess(
        id,
        await this.#crun(["exec", "--process", `${file}.json`], [id], file, plan),
      );
    } finally {
      await this.#agent.run(new OperationBatch().removeTree(`${file}.json`)).catch(() => {});
    }
  }

  async signal(id: ContainerId, signal: number): Promise<void> {
    const pid = this.#containers.get(id)?.pid;
    if (pid) await this.#agent.run(new OperationBatch().kill(pid, signal));
  }

  async cleanUp(id: ContainerId): Promise<void> {
    const container = this.#containers.get(id);
    if (!container) return;
    container.pid = 0;
    container.dns?.close();
    const batch = new OperationBatch()
      .removeCgroup(CGROUP_ROOT + container.cgroup)
      .removeTree(`${CRUN_STATE}/${id}`)
      .unmount(rootPath(id), UNMOUNT_DETACH);
    for (const target of container.prepared) batch.unmount(target, UNMOUNT_DETACH);
    if (container.ownNamespace) batch.removeNetworkNamespace(networkNamespacePath(id));
    await this.#agent.run(batch.removeTree(bundlePath(id)));
    await this.#release(id);
    const { forwards } = container;
    this.#containers.delete(id);
    await this.#ports.remove(forwards);
  }

  async removeWritable(id: ContainerId): Promise<void> {
    await this.#agent.run(new OperationBatch().removeTree(writablePath(id)));
  }

  async freeze(id: ContainerId, frozen: boolean): Promise<void> {
    await this.writeCgroup(id, new Map([["cgroup.freeze", frozen ? "1" : "0"]]));
  }

  async readCgroup(id: ContainerId, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const batch = new OperationBatch();
    const folder = this.#cgroup(id);
    for (const name of names) batch.readIfThere("", `${folder}/${name}`, 65_536);
    const results = await this.#agent.run(batch);
    const values = new Map<string, string>();
    for (const [index, name] of names.entries()) {
      const result = results[index]!;
      if (result[0] === 1) values.set(name, new TextDecoder().decode(result.subarray(1)));
    }
    return values;
  }

  async writeCgroup(id: ContainerId, values: ReadonlyMap<string, string>): Promise<void> {
    const batch = new OperationBatch();
    const folder = this.#cgroup(id);
    for (const [name, value] of values) batch.write(`${folder}/${name}`, value);
    await this.#agent.run(batch);
  }

  async createBridge(bridge: { name: string; address: string; internal: boolean }): Promise<void> {
    await this.#agent.run(
      new OperationBatch().removeLink(bridge.name).addBridge(bridge.name, bridge.address),
    );
  }

  async removeBridge(name: string): Promise<void> {
    await this.#agent.run(new OperationBatch().removeLink(name));
  }

  async connectEndpoint(id: ContainerId, endpoint: EndpointPlan): Promise<void> {
    await this.#agent.run(addVeth(new OperationBatch(), id, { ...endpoint, gateway: undefined }));
  }

  /** Its other end, in the container, goes with it. */
  async disconnectEndpoint(id: ContainerId, interfaceName: string): Promise<void> {
    await this.#agent.run(new OperationBatch().removeLink(hostVethName(id, interfaceName)));
  }

  async setDefaultGateway(id: ContainerId, gateway: string | undefined): Promise<void> {
    await this.#agent.run(new OperationBatch().setDefaultRoute(networkNamespacePath(id), gateway ?? ""));
  }

  async forwardPorts(id: ContainerId, forwards: readonly PortForward[]): Promise<void> {
    const container = this.#container(id);
    const before = container.forwards;
    container.forwards = [];
    await this.#ports.remove(before);
    await this.#ports.add(forwards);
    container.forwards = forwards;
  }

  async serveDns(id: ContainerId, answer: AnswerDns): Promise<void> {
    const container = this.#container(id);
    container.dns?.close();
    container.dns = new DnsSockets(await this.#agent.openDns(networkNamespacePath(id)), answer);
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

  /** Also of a container that does not run. */
  #cgroup(id: ContainerId): string {
    return CGROUP_ROOT + (this.#containers.get(id)?.cgroup ?? cgroupPath(id));
  }

  #container(id: ContainerId): RunningContainer {
    const known = this.#containers.get(id);
    if (known) return known;
    const container: RunningContainer = {
      pid: 0,
      mounted: undefined,
      forwards: [],
      ownNamespace: false,
      dns: undefined,
      cgroup: cgroupPath(id),
      prepared: [],
    };
    this.#containers.set(id, container);
    return container;
  }

  /** Attaches the layers and adds the overlay to the batch. */
  async #addMount(batch: OperationBatch, id: ContainerId, layers: readonly LayerMount[]): Promise<void> {
    const paths = await this.#layers.attach(layers);
    this.#container(id).mounted = layers.map((layer) => layer.diffId);
    const writable = writablePath(id);
    batch
      .makeDirectory(rootPath(id))
      .makeDirectory(`${writable}/upper`)
      .makeDirectory(`${writable}/work`, 0o700);
    if (paths.length === 0) batch.makeDirectory(`${bundlePath(id)}/empty`);
    const lower = paths.length === 0 ? `${bundlePath(id)}/empty` : [...paths].reverse().join(":");
    batch.mount(
      "overlay",
      rootPath(id),
      "overlay",
      0,
      `lowerdir=${lower},upperdir=${writable}/upper,workdir=${writable}/work`,
    );
  }

  /** The network namespace's path; undefined: the machine's own. */
  #addNetwork(batch: OperationBatch, id: ContainerId, network: NetworkPlan): string | undefined {
    if (network.kind === "host") return undefined;
    if (network.kind === "container") {
      const pid = this.#containers.get(network.id)?.pid;
      return pid ? `/proc/${pid}/ns/net` : networkNamespacePath(network.id);
    }
    const path = networkNamespacePath(id);
    this.#container(id).ownNamespace = true;
    batch.addNetworkNamespace(path);
    for (const endpoint of network.endpoints) addVeth(batch, id, endpoint);
    return path;
  }

  async #prepareMounts(id: ContainerId, mounts: readonly PreparedMount[]): Promise<void> {
    if (mounts.length === 0) return;
    const folder = `${bundlePath(id)}/mounts`;
    this.#container(id).prepared = mounts.map(({ name }) => `${folder}/${name}`);
    const batch = new OperationBatch().makeDirectory(folder, 0o700);
    for (const mount of mounts) {
      const target = `${folder}/${mount.name}`;
      if (mount.kind === "path") batch.bindConfined(mount.root, mount.path, target);
      else batch.makeDirectory(target).mount("tmpfs", target, "tmpfs", PRIVATE_TMPFS, mount.options);
    }
    try {
      await this.#agent.run(batch);
    } catch (cause) {
      throw new EngineError("invalid-argument", `cannot access path: ${messageOf(cause)}`, { cause });
    }
  }

  async #publish(id: ContainerId, network: NetworkPlan): Promise<void> {
    if (network.kind !== "private" || network.forwards.length === 0) return;
    await this.#ports.add(network.forwards);
    this.#container(id).forwards = network.forwards;
  }

  /** Runs crun so that it detaches from the process that it starts. `file`: a name for the pid file and the console's socket. */
  async #crun(
    command: readonly string[],
    operands: readonly string[],
    file: string,
    plan: { terminal: StartPlan["terminal"]; openStdin: boolean },
  ): Promise<GuestProcess> {
    const [verb, ...options] = command;
    const pidFile = `${file}.pid`;
    const consoleSocket = `${file}.tty`;
    const argv = [
      "crun",
      "--log",
      "file:/proc/self/fd/3",
      verb!,
      "--detach",
      "--pid-file",
      pidFile,
      ...options,
    ];
    if (plan.terminal) argv.push("--console-socket", consoleSocket);
    const request: SpawnRequest = {
      argv: [...argv, ...operands],
      environment: { PATH: PROGRAM_PATH },
      terminal: plan.terminal,
      openStdin: plan.openStdin,
      detaches: { pidFile, consoleSocket },
    };
    try {
      return await this.#agent.spawn(request);
    } catch (error) {
      if (error instanceof GuestError && error.errno === ECHILD)
        throw new RuntimeStartError(crunMessage(error.message));
      throw error;
    }
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
      return { exitCode: code, oomKilled: code === SIGKILLED && (await this.#wasOutOfMemory(id)) };
    } catch {
      return { exitCode: 255, oomKilled: false };
    }
  }

  async #wasOutOfMemory(id: ContainerId): Promise<boolean> {
    const events = (await this.readCgroup(id, ["memory.events"])).get("memory.events") ?? "";
    return /^oom_kill [1-9]/m.test(events);
  }

  async #runOrRelease(batch: OperationBatch, id: ContainerId): Promise<void> {
    try {
      await this.#agent.run(batch);
    } catch (error) {
      await this.#release(id);
      throw error;
    }
  }

  async #release(id: ContainerId): Promise<void> {
    const container = this.#containers.get(id);
    const mounted = container?.mounted;
    if (!container || !mounted) return;
    container.mounted = undefined;
    await this.#layers.release(mounted);
  }
}

function hostVethName(id: ContainerId, interfaceName: string): string {
  return `veth${id.slice(0, 7)}${interfaceName.replace(/\D/g, "") || "0"}`;
}

function addVeth(batch: OperationBatch, id: ContainerId, endpoint: EndpointPlan): OperationBatch {
  return batch.addVeth({
    hostName: hostVethName(id, endpoint.interfaceName),
    bridge: endpoint.bridge,
    namespacePath: networkNamespacePath(id),
    innerName: endpoint.interfaceName,
    macAddress: endpoint.macAddress,
    address: endpoint.address,
    gateway: endpoint.gateway,
  });
}

/** The filter as a program, which crun takes as it is. It compiles itself what we cannot. */
function withCompiledSeccomp(spec: OciRuntimeSpec): OciRuntimeSpec {
  const { seccomp, ...linux } = spec.linux;
  const program = seccomp && compileSeccomp(seccomp);
  if (!program) return spec;
  const encoded = btoa(String.fromCharCode(...program));
  return { ...spec, linux, annotations: { ...spec.annotations, "run.oci.seccomp_bpf_data": encoded } };
}

/** The last line without crun's prefix of time and level. */
function crunMessage(log: string): string {
  const lines = log.trim().split("\n");
  return (lines.at(-1) ?? "").replace(/^\S+Z: /, "").replace(/^\[?(error|crun)\]?:?\s*/i, "");
}
