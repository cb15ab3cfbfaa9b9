// A request to create a container of busybox with every choice left open, but for what a test chooses.

import type { ContainerConfig, HostConfig } from "../containers/container-record.ts";
import type { CreateContainerRequest } from "../containers/create.ts";

export function containerRequest(choices: {
  readonly name?: string;
  readonly config?: Partial<ContainerConfig>;
  readonly host?: Partial<HostConfig>;
}): CreateContainerRequest {
  return {
    name: choices.name ?? "",
    config: { ...openConfig(), ...choices.config },
    host: { ...openHostConfig(), ...choices.host },
    endpoints: {},
  };
}

function openConfig(): ContainerConfig {
  return {
    hostname: "",
    domainname: "",
    user: "",
    attachStdin: false,
    attachStdout: false,
    attachStderr: false,
    exposedPorts: [],
    tty: false,
    openStdin: false,
    stdinOnce: false,
    env: [],
    cmd: null,
    entrypoint: null,
    image: "busybox",
    volumes: [],
    workingDir: "",
    labels: {},
    stopSignal: null,
    stopTimeoutS: null,
    healthcheck: null,
    shell: null,
    onBuild: null,
  };
}

function openHostConfig(): HostConfig {
  return {
    binds: [],
    mounts: [],
    tmpfs: {},
    volumesFrom: [],
    volumeDriver: "",
    containerIdFile: "",
    logType: "json-file",
    logOptions: {},
    networkMode: "bridge",
    portBindings: {},
    publishAllPorts: false,
    restartPolicy: { name: "no", maximumRetryCount: 0 },
    autoRemove: false,
    consoleSize: null,
    annotations: {},
    capAdd: [],
    capDrop: [],
    cgroupnsMode: "private",
    cgroupParent: "",
    dns: [],
    dnsOptions: [],
    dnsSearch: [],
    extraHosts: [],
    groupAdd: [],
    ipcMode: "private",
    pidMode: "",
    utsMode: "",
    usernsMode: "",
    links: [],
    oomScoreAdj: 0,
    privileged: false,
    readonlyRootfs: false,
    securityOpt: [],
    shmSizeBytes: 64 * 1024 * 1024,
    sysctls: {},
    init: null,
    ulimits: [],
    devices: [],
    deviceCgroupRules: [],
    memoryBytes: 0,
    memoryReservationBytes: 0,
    memorySwapBytes: 0,
    oomKillDisable: false,
    nanoCpus: 0,
    cpuShares: 0,
    cpuPeriod: 0,
    cpuQuota: 0,
    cpusetCpus: "",
    cpusetMems: "",
    pidsLimit: null,
    blkioWeight: 0,
    maskedPaths: null,
    readonlyPaths: null,
  };
}
