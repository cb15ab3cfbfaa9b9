// From the flags of `run` and `create` to the body of POST /containers/create.

import type {
  WireCreateContainer,
  WireDevice,
  WireHealthcheck,
  WireHostConfig,
} from "../api/wire/container-config.ts";
import { CliError } from "./cli-error.ts";
import { endpointsOf, networkModeOf } from "./create-networks.ts";
import type { FlagValues } from "./flags.ts";
import { readEnvironment, readLabels, toMap } from "./key-values.ts";
import { parseMount, parseVolume, resolveMountSource } from "./mount-spec.ts";
import { parsePorts } from "./port-spec.ts";
import { parseRestartPolicy } from "./restart-policy.ts";
import { readSecurityOptions } from "./security-options.ts";
import type { CliSession } from "./session.ts";
import { parseUlimit, type Ulimit } from "./ulimit.ts";

/** `words`: the image and the command. Throws a CliError (125) for combinations that Docker refuses. */
export async function buildCreateRequest(
  session: CliSession,
  flags: FlagValues,
  words: readonly string[],
): Promise<WireCreateContainer> {
  try {
    return await build(session, flags, words);
  } catch (error) {
    throw new CliError(error instanceof Error ? error.message : String(error), 125, { cause: error });
  }
}

async function build(
  session: CliSession,
  flags: FlagValues,
  words: readonly string[],
): Promise<WireCreateContainer> {
  const [image = "", ...command] = words;
  const volumes = flags.list("volume").map((text) => parseVolume(text, session.workingDirectory));
  const anonymous = volumes.flatMap((volume) => ("anonymous" in volume ? [volume.anonymous] : []));
  const ports = parsePorts(flags.list("publish"), flags.list("expose"));
  const streams = attachedStreams(flags);
  return {
    Hostname: flags.text("hostname"),
    Domainname: flags.text("domainname"),
    User: flags.text("user"),
    AttachStdin: streams.has("stdin"),
    AttachStdout: streams.has("stdout"),
    AttachStderr: streams.has("stderr"),
    ...(ports.exposed.size > 0 ? { ExposedPorts: toObject(ports.exposed) } : {}),
    Tty: flags.isOn("tty"),
    OpenStdin: flags.isOn("interactive"),
    StdinOnce: flags.isOn("interactive") && streams.has("stdin"),
    Env: orNull(await readEnvironment(session, flags.list("env-file"), flags.list("env"))),
    Cmd: orNull(command),
    ...healthcheck(flags),
    Image: image,
    Volumes: toObject(anonymous),
    WorkingDir: flags.text("workdir"),
    Entrypoint: flags.wasSet("entrypoint") ? [flags.text("entrypoint")] : null,
    OnBuild: null,
    Labels: await readLabels(session, flags.list("label-file"), flags.list("label")),
    ...(flags.wasSet("stop-signal") ? { StopSignal: flags.text("stop-signal") } : {}),
    ...(flags.wasSet("stop-timeout") ? { StopTimeout: flags.number("stop-timeout") } : {}),
    HostConfig: {
      ...isolation(flags),
      ...resources(flags),
      Binds: orNull(volumes.flatMap((volume) => ("bind" in volume ? [volume.bind] : []))),
      ContainerIDFile: flags.text("cidfile"),
      PortBindings: Object.fromEntries(ports.bindings),
      SecurityOpt: orNull(await readSecurityOptions(session, flags.list("security-opt"))),
      Mounts: flags
        .list("mount")
        .map((text) => resolveMountSource(parseMount(text), session.workingDirectory)),
      ConsoleSize: consoleSize(session),
    },
    NetworkingConfig: { EndpointsConfig: endpointsOf(flags) },
  };
}

/** Which of stdin, stdout, stderr are attached: those of -a, else both outputs; stdin with -i; none when detached. */
export function attachedStreams(flags: FlagValues): Set<string> {
  if (flags.isKnown("detach") && flags.isOn("detach")) return new Set();
  const streams = new Set(flags.list("attach"));
  if (streams.size === 0) streams.add("stdout").add("stderr");
  if (flags.isOn("interactive")) streams.add("stdin");
  return streams;
}

function isolation(flags: FlagValues): WireHostConfig {
  const logOptions = flags.list("log-opt");
  if (flags.text("log-driver") === "none" && logOptions.length > 0)
    throw new Error("invalid logging opts for driver none");
  checkMode("pid", flags.text("pid"), /^(|host|container:.+)$/, "PID");
  checkMode("uts", flags.text("uts"), /^(|host)$/, "UTS");
  checkMode("userns", flags.text("userns"), /^(|host)$/, "USER");
  if (!/^(|host|private)$/.test(flags.text("cgroupns"))) throw new Error("--cgroupns: invalid CGROUP mode");
  const restart = parseRestartPolicy(flags.text("restart"));
  if (flags.isOn("rm") && !["", "no"].includes(restart.Name))
    throw new Error("conflicting options: cannot specify both --restart and --rm");
  return {
    LogConfig: { Type: flags.text("log-driver"), Config: toMap(logOptions) },
    NetworkMode: networkModeOf(flags),
    RestartPolicy: restart,
    AutoRemove: flags.isOn("rm"),
    VolumeDriver: flags.text("volume-driver"),
    VolumesFrom: orNull(flags.list("volumes-from")),
    CapAdd: orNull(capabilities(flags.list("cap-add"))),
    CapDrop: orNull(capabilities(flags.list("cap-drop"))),
    CgroupnsMode: flags.text("cgroupns"),
    Dns: flags.list("dns"),
    DnsOptions: [...flags.list("dns-option"), ...flags.list("dns-opt")],
    DnsSearch: flags.list("dns-search"),
    ExtraHosts: orNull(flags.list("add-host")),
    GroupAdd: orNull(flags.list("group-add")),
    IpcMode: flags.text("ipc"),
    Links: orNull(flags.list("link")),
    PidMode: flags.text("pid"),
    Privileged: flags.isOn("privileged"),
    PublishAllPorts: flags.isOn("publish-all"),
    ReadonlyRootfs: flags.isOn("read-only"),
    ...(flags.wasSet("storage-opt") ? { StorageOpt: storageOptions(flags) } : {}),
    ...(flags.wasSet("tmpfs") ? { Tmpfs: tmpfsMounts(flags) } : {}),
    UTSMode: flags.text("uts"),
    UsernsMode: flags.text("userns"),
    ...(flags.wasSet("sysctl") ? { Sysctls: toMap(flags.list("sysctl")) } : {}),
    ...(flags.wasSet("runtime") ? { Runtime: flags.text("runtime") } : {}),
    Isolation: flags.text("isolation"),
    ...(flags.wasSet("annotation") ? { Annotations: toMap(flags.list("annotation")) } : {}),
    ...(flags.wasSet("init") ? { Init: flags.isOn("init") } : {}),
  };
}

function resources(flags: FlagValues): WireHostConfig {
  const swappiness = flags.number("memory-swappiness");
  if (swappiness < -1 || swappiness > 100)
    throw new Error(`invalid value: ${swappiness}. Valid memory swappiness range is 0-100`);
  if (flags.wasSet("gpus")) throw new Error("--gpus: this machine has no GPU");
  return {
    CpuShares: flags.number("cpu-shares"),
    Memory: flags.number("memory"),
    NanoCpus: flags.number("cpus"),
    CgroupParent: flags.text("cgroup-parent"),
    BlkioWeight: flags.number("blkio-weight"),
    CpuPeriod: flags.number("cpu-period"),
    CpuQuota: flags.number("cpu-quota"),
    CpusetCpus: flags.text("cpuset-cpus"),
    CpusetMems: flags.text("cpuset-mems"),
    Devices: flags.list("device").map(parseDevice),
    DeviceCgroupRules: orNull(flags.list("device-cgroup-rule")),
    MemoryReservation: flags.number("memory-reservation"),
    MemorySwap: flags.number("memory-swap"),
    MemorySwappiness: swappiness,
    OomKillDisable: flags.isOn("oom-kill-disable"),
    OomScoreAdj: flags.number("oom-score-adj"),
    PidsLimit: flags.number("pids-limit"),
    ShmSize: flags.number("shm-size"),
    Ulimits: ulimits(flags.list("ulimit")),
  };
}

/** `CAP_NET_ADMIN` however it was written, each once, sorted. */
function capabilities(names: readonly string[]): string[] {
  const full = names.map((name) => {
    const upper = name.trim().toUpperCase();
    return upper === "ALL" || upper.startsWith("CAP_") ? upper : `CAP_${upper}`;
  });
  return [...new Set(full)].sort();
}

/** The last of a name wins. */
function ulimits(texts: readonly string[]): Ulimit[] {
  const byName = new Map(texts.map((text) => [parseUlimit(text).Name, parseUlimit(text)]));
  return [...byName.values()].sort((a, b) => (a.Name < b.Name ? -1 : 1));
}

/** `HOST[:CONTAINER][:PERMISSIONS]` */
function parseDevice(text: string): WireDevice {
  const parts = text.split(":");
  const isMode = (part: string) => /^[rwm]{1,3}$/.test(part);
  const last = parts.length > 1 && isMode(parts.at(-1)!) ? parts.pop()! : undefined;
  const [host = "", inside = host] = parts;
  if (parts.length > 2 || (last === undefined && parts.length === 2 && !inside.startsWith("/")))
    throw new Error(
      parts.length > 2 ? `bad mode specified: ${parts[2]}` : `invalid device specification: ${text}`,
    );
  if (!host.startsWith("/")) throw new Error(`${host} is not an absolute path`);
  return { PathOnHost: host, PathInContainer: inside, CgroupPermissions: last ?? "rwm" };
}

function healthcheck(flags: FlagValues): { Healthcheck?: WireHealthcheck } {
  const names = ["cmd", "interval", "timeout", "start-period", "start-interval", "retries"];
  const anySet = names.some((name) => flags.wasSet(`health-${name}`));
  if (flags.isOn("no-healthcheck")) {
    if (anySet) throw new Error("--no-healthcheck conflicts with --health-* options");
    return { Healthcheck: { Test: ["NONE"] } };
  }
  if (!anySet) return {};
  for (const name of names.slice(1))
    if (flags.number(`health-${name}`) < 0) throw new Error(`--health-${name} cannot be negative`);
  const command = flags.text("health-cmd");
  return {
    Healthcheck: {
      ...(command === "" ? {} : { Test: ["CMD-SHELL", command] }),
      Interval: flags.number("health-interval"),
      Timeout: flags.number("health-timeout"),
      StartPeriod: flags.number("health-start-period"),
      StartInterval: flags.number("health-start-interval"),
      Retries: flags.number("health-retries"),
    },
  };
}

function storageOptions(flags: FlagValues): Record<string, string> {
  for (const option of flags.list("storage-opt"))
    if (!option.includes("=")) throw new Error("invalid storage option");
  return toMap(flags.list("storage-opt"));
}

function tmpfsMounts(flags: FlagValues): Record<string, string> {
  const mounts = flags.list("tmpfs").map((text) => {
    const colon = text.indexOf(":");
    return colon < 0 ? ([text, ""] as const) : ([text.slice(0, colon), text.slice(colon + 1)] as const);
  });
  return Object.fromEntries(mounts);
}

function checkMode(flag: string, mode: string, allowed: RegExp, kind: string): void {
  if (!allowed.test(mode)) throw new Error(`--${flag}: invalid ${kind} mode`);
}

function consoleSize(session: CliSession): [number, number] {
  const size = session.isTerminal.stdout ? session.terminalSize() : undefined;
  return size === undefined ? [0, 0] : [size.rows, size.columns];
}

function toObject(names: Iterable<string>): Record<string, object> {
  return Object.fromEntries(Array.from(names, (name) => [name, {}]));
}

function orNull<T>(list: T[]): T[] | null {
  return list.length === 0 ? null : list;
}
