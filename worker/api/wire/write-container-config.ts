// The engine's Config and HostConfig as inspect shows them.

import type { ContainerConfig, HostConfig, MountRequest } from "../../engine/containers/container-record.ts";
import type { ImageHealthcheck, ImageRunConfig } from "../../engine/image-port.ts";
import { MASKED_PATHS, READONLY_PATHS } from "../../engine/spec/default-mounts.ts";
import type { WireContainerConfig, WireHealthcheck, WireHostConfig, WireMount } from "./container-config.ts";

export function writeContainerConfig(config: ContainerConfig): WireContainerConfig {
  return {
    Hostname: config.hostname,
    Domainname: config.domainname,
    User: config.user,
    AttachStdin: config.attachStdin,
    AttachStdout: config.attachStdout,
    AttachStderr: config.attachStderr,
    ...(config.exposedPorts.length > 0 ? { ExposedPorts: emptyObjects(config.exposedPorts) } : {}),
    Tty: config.tty,
    OpenStdin: config.openStdin,
    StdinOnce: config.stdinOnce,
    Env: config.env,
    Cmd: config.cmd,
    ...(config.healthcheck ? { Healthcheck: writeHealthcheck(config.healthcheck) } : {}),
    Image: config.image,
    Volumes: config.volumes.length > 0 ? emptyObjects(config.volumes) : null,
    WorkingDir: config.workingDir,
    Entrypoint: config.entrypoint,
    OnBuild: config.onBuild,
    Labels: config.labels,
    ...(config.stopSignal === null ? {} : { StopSignal: config.stopSignal }),
    ...(config.stopTimeoutS === null ? {} : { StopTimeout: config.stopTimeoutS }),
    ...(config.shell === null ? {} : { Shell: config.shell }),
  };
}

export function writeImageConfig(config: ImageRunConfig): WireContainerConfig {
  return {
    ...(config.user === "" ? {} : { User: config.user }),
    ...(config.exposedPorts.length > 0 ? { ExposedPorts: emptyObjects(config.exposedPorts) } : {}),
    Env: [...config.env],
    Cmd: config.cmd === null ? null : [...config.cmd],
    ...(config.healthcheck ? { Healthcheck: writeHealthcheck(config.healthcheck) } : {}),
    ...(config.volumes.length > 0 ? { Volumes: emptyObjects(config.volumes) } : {}),
    WorkingDir: config.workingDir,
    Entrypoint: config.entrypoint === null ? null : [...config.entrypoint],
    ...(config.onBuild.length > 0 ? { OnBuild: [...config.onBuild] } : {}),
    Labels: Object.keys(config.labels).length > 0 ? { ...config.labels } : null,
    ...(config.stopSignal === undefined ? {} : { StopSignal: config.stopSignal }),
    ...(config.shell === undefined ? {} : { Shell: [...config.shell] }),
  };
}

function emptyObjects(names: readonly string[]): Record<string, object> {
  return Object.fromEntries(names.map((name) => [name, {}]));
}

function writeHealthcheck(check: ImageHealthcheck): WireHealthcheck {
  return {
    Test: [...check.test],
    ...(check.interval ? { Interval: check.interval } : {}),
    ...(check.timeout ? { Timeout: check.timeout } : {}),
    ...(check.startPeriod ? { StartPeriod: check.startPeriod } : {}),
    ...(check.startInterval ? { StartInterval: check.startInterval } : {}),
    ...(check.retries ? { Retries: check.retries } : {}),
  };
}

export function writeHostConfig(host: HostConfig): WireHostConfig {
  const confined = !host.privileged;
  return {
    Binds: orNull(host.binds),
    ContainerIDFile: host.containerIdFile,
    LogConfig: { Type: host.logType, Config: host.logOptions },
    NetworkMode: host.networkMode,
    PortBindings: Object.fromEntries(
      Object.entries(host.portBindings).map(([port, bindings]) => [
        port,
        bindings.map(({ hostIp, hostPort }) => ({ HostIp: hostIp, HostPort: hostPort })),
      ]),
    ),
    RestartPolicy: {
      Name: host.restartPolicy.name,
      MaximumRetryCount: host.restartPolicy.maximumRetryCount,
    },
    AutoRemove: host.autoRemove,
    VolumeDriver: host.volumeDriver,
    VolumesFrom: orNull(host.volumesFrom),
    ...(host.mounts.length > 0 ? { Mounts: host.mounts.map(writeMount) } : {}),
    ConsoleSize: [host.consoleSize?.rows ?? 0, host.consoleSize?.columns ?? 0],
    ...(Object.keys(host.annotations).length > 0 ? { Annotations: host.annotations } : {}),
    CapAdd: orNull(host.capAdd),
    CapDrop: orNull(host.capDrop),
    CgroupnsMode: host.cgroupnsMode,
    Dns: host.dns,
    DnsOptions: host.dnsOptions,
    DnsSearch: host.dnsSearch,
    ExtraHosts: orNull(host.extraHosts),
    GroupAdd: orNull(host.groupAdd),
    IpcMode: host.ipcMode,
    Cgroup: "",
    Links: orNull(host.links),
    OomScoreAdj: host.oomScoreAdj,
    PidMode: host.pidMode,
    Privileged: host.privileged,
    PublishAllPorts: host.publishAllPorts,
    ReadonlyRootfs: host.readonlyRootfs,
    SecurityOpt: orNull(host.securityOpt),
    ...(Object.keys(host.tmpfs).length > 0 ? { Tmpfs: host.tmpfs } : {}),
    UTSMode: host.utsMode,
    UsernsMode: host.usernsMode,
    ShmSize: host.shmSizeBytes,
    ...(Object.keys(host.sysctls).length > 0 ? { Sysctls: host.sysctls } : {}),
    Runtime: "crun",
    Isolation: "",
    CpuShares: host.cpuShares,
    Memory: host.memoryBytes,
    NanoCpus: host.nanoCpus,
    CgroupParent: host.cgroupParent,
    BlkioWeight: host.blkioWeight,
    CpuPeriod: host.cpuPeriod,
    CpuQuota: host.cpuQuota,
    CpusetCpus: host.cpusetCpus,
    CpusetMems: host.cpusetMems,
    Devices: host.devices.map((device) => ({
      PathOnHost: device.pathOnHost,
      PathInContainer: device.pathInContainer,
      CgroupPermissions: device.permissions,
    })),
    DeviceCgroupRules: orNull(host.deviceCgroupRules),
    MemoryReservation: host.memoryReservationBytes,
    MemorySwap: host.memorySwapBytes === 0 ? host.memoryBytes * 2 : host.memorySwapBytes,
    MemorySwappiness: null,
    OomKillDisable: null,
    PidsLimit: host.pidsLimit,
    Ulimits: host.ulimits.map(({ name, soft, hard }) => ({ Name: name, Hard: hard, Soft: soft })),
    ...(host.init === null ? {} : { Init: host.init }),
    MaskedPaths: confined ? [...(host.maskedPaths ?? MASKED_PATHS)] : null,
    ReadonlyPaths: confined ? [...(host.readonlyPaths ?? READONLY_PATHS)] : null,
  };
}

function writeMount(mount: MountRequest): WireMount {
  return {
    Type: mount.type,
    ...(mount.source === "" ? {} : { Source: mount.source }),
    Target: mount.target,
    ...(mount.readOnly ? { ReadOnly: true } : {}),
    ...some("BindOptions", {
      ...(mount.propagation === "" ? {} : { Propagation: mount.propagation }),
      ...(mount.nonRecursive ? { NonRecursive: true } : {}),
      ...(mount.createMountpoint ? { CreateMountpoint: true } : {}),
      ...(mount.readOnlyNonRecursive ? { ReadOnlyNonRecursive: true } : {}),
    }),
    ...some("VolumeOptions", {
      ...(mount.noCopy ? { NoCopy: true } : {}),
      ...(Object.keys(mount.volumeLabels).length > 0 ? { Labels: mount.volumeLabels } : {}),
      ...(mount.subpath === "" ? {} : { Subpath: mount.subpath }),
    }),
    ...some("TmpfsOptions", {
      ...(mount.tmpfsSizeBytes > 0 ? { SizeBytes: mount.tmpfsSizeBytes } : {}),
      ...(mount.tmpfsMode > 0 ? { Mode: mount.tmpfsMode } : {}),
      ...(mount.tmpfsOptions?.length > 0
        ? { Options: mount.tmpfsOptions.map((option) => option.split("=")) }
        : {}),
    }),
  };
}

function some<Name extends string, Value extends object>(
  name: Name,
  value: Value,
): Partial<Record<Name, Value>> {
  return Object.keys(value).length > 0 ? ({ [name]: value } as Record<Name, Value>) : {};
}

function orNull<T>(list: T[]): T[] | null {
  return list.length > 0 ? list : null;
}
