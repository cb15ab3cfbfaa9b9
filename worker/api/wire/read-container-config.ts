// A client's Config, HostConfig and NetworkingConfig as the engine's own.

import { EngineError } from "../../base/errors.ts";
import type { EndpointRequest } from "../../engine/containers/check-endpoint.ts";
import type {
  ContainerConfig,
  HostConfig,
  MountRequest,
  PortBinding,
} from "../../engine/containers/container-record.ts";
import type { ImageHealthcheck } from "../../engine/image-port.ts";
import { JsonFields } from "../json-fields.ts";

const DEFAULT_SHM_BYTES = 64 * 1024 * 1024;

export function readContainerConfig(body: JsonFields): ContainerConfig {
  return {
    hostname: body.text("Hostname"),
    domainname: body.text("Domainname"),
    user: body.text("User"),
    attachStdin: body.boolean("AttachStdin"),
    attachStdout: body.boolean("AttachStdout"),
    attachStderr: body.boolean("AttachStderr"),
    exposedPorts: body.object("ExposedPorts").keys().map(withProtocol),
    tty: body.boolean("Tty"),
    openStdin: body.boolean("OpenStdin"),
    stdinOnce: body.boolean("StdinOnce"),
    env: body.texts("Env"),
    cmd: body.optionalTexts("Cmd") ?? null,
    entrypoint: body.optionalTexts("Entrypoint") ?? null,
    image: body.text("Image"),
    volumes: body.object("Volumes").keys(),
    workingDir: body.text("WorkingDir"),
    labels: body.textMap("Labels"),
    stopSignal: body.optionalText("StopSignal") || null,
    stopTimeoutS: body.optionalInteger("StopTimeout") ?? null,
    healthcheck: readHealthcheck(body),
    shell: body.optionalTexts("Shell") ?? null,
    onBuild: null,
  };
}

function readHealthcheck(body: JsonFields): ImageHealthcheck | null {
  if (body.raw("Healthcheck") === undefined) return null;
  const check = body.object("Healthcheck");
  return {
    test: check.texts("Test"),
    interval: check.integer("Interval"),
    timeout: check.integer("Timeout"),
    startPeriod: check.integer("StartPeriod"),
    startInterval: check.integer("StartInterval"),
    retries: check.integer("Retries"),
  };
}

export function readHostConfig(host: JsonFields): HostConfig {
  const log = host.object("LogConfig");
  const restart = host.object("RestartPolicy");
  const networkMode = host.text("NetworkMode");
  return {
    binds: host.texts("Binds"),
    mounts: host.objects("Mounts").map(readMount),
    tmpfs: host.textMap("Tmpfs"),
    volumesFrom: host.texts("VolumesFrom"),
    volumeDriver: host.text("VolumeDriver"),
    containerIdFile: host.text("ContainerIDFile"),
    logType: log.text("Type") || "json-file",
    logOptions: log.textMap("Config"),
    networkMode: networkMode === "" || networkMode === "default" ? "bridge" : networkMode,
    portBindings: readPortBindings(host.object("PortBindings")),
    publishAllPorts: host.boolean("PublishAllPorts"),
    restartPolicy: {
      // Checked with the rest of the choices, where an unknown one is refused in Docker's words.
      name: (restart.text("Name") || "no") as HostConfig["restartPolicy"]["name"],
      maximumRetryCount: restart.integer("MaximumRetryCount"),
    },
    autoRemove: host.boolean("AutoRemove"),
    consoleSize: readConsoleSize(host),
    annotations: host.textMap("Annotations"),
    capAdd: host.texts("CapAdd"),
    capDrop: host.texts("CapDrop"),
    cgroupnsMode: host.text("CgroupnsMode") || "private",
    cgroupParent: host.text("CgroupParent"),
    dns: host.texts("Dns"),
    dnsOptions: host.texts("DnsOptions"),
    dnsSearch: host.texts("DnsSearch"),
    extraHosts: host.texts("ExtraHosts"),
    groupAdd: host.texts("GroupAdd"),
    ipcMode: host.text("IpcMode") || "private",
    pidMode: host.text("PidMode"),
    utsMode: host.text("UTSMode"),
    usernsMode: host.text("UsernsMode"),
    links: host.texts("Links"),
    oomScoreAdj: host.integer("OomScoreAdj"),
    privileged: host.boolean("Privileged"),
    readonlyRootfs: host.boolean("ReadonlyRootfs"),
    securityOpt: host.texts("SecurityOpt"),
    shmSizeBytes: host.integer("ShmSize") || DEFAULT_SHM_BYTES,
    sysctls: host.textMap("Sysctls"),
    init: host.optionalBoolean("Init") ?? null,
    ulimits: host.objects("Ulimits").map((each) => ({
      name: each.text("Name"),
      soft: each.integer("Soft"),
      hard: each.integer("Hard"),
    })),
    devices: host.objects("Devices").map((each) => ({
      pathOnHost: each.text("PathOnHost"),
      pathInContainer: each.text("PathInContainer"),
      permissions: each.text("CgroupPermissions"),
    })),
    deviceCgroupRules: host.texts("DeviceCgroupRules"),
    memoryBytes: host.integer("Memory"),
    memoryReservationBytes: host.integer("MemoryReservation"),
    memorySwapBytes: host.integer("MemorySwap"),
    oomKillDisable: host.boolean("OomKillDisable"),
    nanoCpus: host.integer("NanoCpus"),
    cpuShares: host.integer("CpuShares"),
    cpuPeriod: host.integer("CpuPeriod"),
    cpuQuota: host.integer("CpuQuota"),
    cpusetCpus: host.text("CpusetCpus"),
    cpusetMems: host.text("CpusetMems"),
    pidsLimit: host.optionalInteger("PidsLimit") ?? null,
    blkioWeight: host.integer("BlkioWeight"),
    maskedPaths: host.optionalTexts("MaskedPaths") ?? null,
    readonlyPaths: host.optionalTexts("ReadonlyPaths") ?? null,
  };
}

function readMount(mount: JsonFields): MountRequest {
  const type = mount.text("Type");
  if (type !== "bind" && type !== "volume" && type !== "tmpfs")
    throw new EngineError("invalid-argument", `invalid mount config for type "${type}": mount type unknown`);
  for (const [owner, name] of [
    ["bind", "BindOptions"],
    ["volume", "VolumeOptions"],
    ["tmpfs", "TmpfsOptions"],
  ] as const)
    if (owner !== type && mount.object(name).keys().length > 0)
      throw new EngineError(
        "invalid-argument",
        `invalid mount config for type "${type}": field ${name} must not be specified`,
      );
  const bind = mount.object("BindOptions");
  const volume = mount.object("VolumeOptions");
  const tmpfs = mount.object("TmpfsOptions");
  return {
    type,
    source: mount.text("Source"),
    target: mount.text("Target"),
    readOnly: mount.boolean("ReadOnly"),
    propagation: bind.text("Propagation"),
    nonRecursive: bind.boolean("NonRecursive"),
    createMountpoint: bind.boolean("CreateMountpoint"),
    noCopy: volume.boolean("NoCopy"),
    volumeLabels: volume.textMap("Labels"),
    subpath: volume.text("Subpath"),
    volumeDriver: volume.object("DriverConfig").text("Name"),
    volumeOptions: volume.object("DriverConfig").textMap("Options"),
    readOnlyNonRecursive: bind.boolean("ReadOnlyNonRecursive"),
    tmpfsSizeBytes: tmpfs.integer("SizeBytes"),
    tmpfsMode: tmpfs.integer("Mode"),
    tmpfsOptions: readTmpfsOptions(tmpfs),
  };
}

/** `[["exec"], ["uid", "1000"]]` */
function readTmpfsOptions(tmpfs: JsonFields): string[] {
  const options = tmpfs.raw("Options") ?? [];
  if (
    !Array.isArray(options) ||
    !options.every(
      (option): option is string[] =>
        Array.isArray(option) &&
        (option.length === 1 || option.length === 2) &&
        option.every((word) => typeof word === "string"),
    )
  )
    throw new EngineError("invalid-argument", "invalid option array length");
  return options.map((option) => option.join("="));
}

function readPortBindings(bindings: JsonFields): Record<string, PortBinding[]> {
  return Object.fromEntries(
    bindings.keys().map((port) => {
      const list = bindings
        .objects(port)
        .map((each) => ({ hostIp: each.text("HostIp"), hostPort: each.text("HostPort") }));
      return [withProtocol(port), list.length > 0 ? list : [{ hostIp: "", hostPort: "" }]];
    }),
  );
}

function withProtocol(port: string): string {
  return port.includes("/") ? port : `${port}/tcp`;
}

/** [height, width]; null for none or zeros. */
export function readConsoleSize(fields: JsonFields): { columns: number; rows: number } | null {
  const size = fields.raw("ConsoleSize");
  if (!Array.isArray(size)) return null;
  const [rows, columns] = size as unknown[];
  const valid = (value: unknown): value is number =>
    typeof value === "number" && Number.isInteger(value) && value > 0 && value < 65_536;
  return valid(rows) && valid(columns) ? { columns, rows } : null;
}

export function readEndpoints(networking: JsonFields): Record<string, EndpointRequest> {
  const endpoints = networking.object("EndpointsConfig");
  return Object.fromEntries(endpoints.keys().map((name) => [name, readEndpoint(endpoints.object(name))]));
}

export function readEndpoint(endpoint: JsonFields): EndpointRequest {
  return {
    aliases: endpoint.texts("Aliases"),
    links: endpoint.texts("Links"),
    ipAddress: endpoint.object("IPAMConfig").text("IPv4Address"),
    macAddress: endpoint.text("MacAddress"),
    gatewayPriority: endpoint.integer("GwPriority"),
  };
}

/** Fields that clients still put beside Config, before API 1.44: a MAC address for the container as a whole. */
export function readMacAddress(body: JsonFields): string {
  return new JsonFields({ MacAddress: body.raw("MacAddress") }).text("MacAddress");
}
