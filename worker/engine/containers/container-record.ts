// What the engine remembers of a container, kept as JSON across restarts of the machine. Names follow the Engine API's,
// in camel case; an absent choice is null or empty, never missing.

import type { ContainerId } from "../container-id.ts";
import type { ImageHealthcheck } from "../image-port.ts";

export interface ContainerConfig {
  hostname: string;
  domainname: string;
  user: string;
  attachStdin: boolean;
  attachStdout: boolean;
  attachStderr: boolean;
  /** `80/tcp` */
  exposedPorts: string[];
  tty: boolean;
  openStdin: boolean;
  stdinOnce: boolean;
  env: string[];
  cmd: string[] | null;
  entrypoint: string[] | null;
  /** As the client named it. */
  image: string;
  volumes: string[];
  workingDir: string;
  labels: Record<string, string>;
  stopSignal: string | null;
  stopTimeoutS: number | null;
  healthcheck: ImageHealthcheck | null;
  shell: string[] | null;
  onBuild: string[] | null;
}

export interface MountRequest {
  type: "bind" | "volume" | "tmpfs";
  source: string;
  target: string;
  readOnly: boolean;
  propagation: string;
  nonRecursive: boolean;
  createMountpoint: boolean;
  noCopy: boolean;
  volumeLabels: Record<string, string>;
  subpath: string;
  /** Of the volume; empty: local. */
  volumeDriver: string;
  volumeOptions: Record<string, string>;
  /** Mounts below a read-only one stay writable. */
  readOnlyNonRecursive: boolean;
  tmpfsSizeBytes: number;
  tmpfsMode: number;
  /** `exec`, `uid=1000` */
  tmpfsOptions: string[];
}

export interface DeviceRequest {
  pathOnHost: string;
  pathInContainer: string;
  permissions: string;
}

export interface Ulimit {
  name: string;
  soft: number;
  hard: number;
}

export interface PortBinding {
  hostIp: string;
  /** `8080`, `8000-8010` or empty: any free one. */
  hostPort: string;
}

export type RestartPolicyName = "no" | "always" | "unless-stopped" | "on-failure";

export interface HostConfig {
  binds: string[];
  mounts: MountRequest[];
  tmpfs: Record<string, string>;
  volumesFrom: string[];
  volumeDriver: string;
  containerIdFile: string;
  logType: string;
  logOptions: Record<string, string>;
  networkMode: string;
  portBindings: Record<string, PortBinding[]>;
  publishAllPorts: boolean;
  restartPolicy: { name: RestartPolicyName; maximumRetryCount: number };
  autoRemove: boolean;
  consoleSize: { columns: number; rows: number } | null;
  annotations: Record<string, string>;
  capAdd: string[];
  capDrop: string[];
  cgroupnsMode: string;
  cgroupParent: string;
  dns: string[];
  dnsOptions: string[];
  dnsSearch: string[];
  extraHosts: string[];
  groupAdd: string[];
  ipcMode: string;
  pidMode: string;
  utsMode: string;
  usernsMode: string;
  links: string[];
  oomScoreAdj: number;
  privileged: boolean;
  readonlyRootfs: boolean;
  securityOpt: string[];
  shmSizeBytes: number;
  sysctls: Record<string, string>;
  init: boolean | null;
  ulimits: Ulimit[];
  devices: DeviceRequest[];
  deviceCgroupRules: string[];
  memoryBytes: number;
  memoryReservationBytes: number;
  /** Memory and swap together; -1: no limit; 0: not set. */
  memorySwapBytes: number;
  oomKillDisable: boolean;
  nanoCpus: number;
  cpuShares: number;
  cpuPeriod: number;
  cpuQuota: number;
  cpusetCpus: string;
  cpusetMems: string;
  pidsLimit: number | null;
  blkioWeight: number;
  /** Null: Docker's defaults. */
  maskedPaths: string[] | null;
  readonlyPaths: string[] | null;
}

/** One network a container belongs to. The live part is null while it does not run. */
export interface EndpointRecord {
  /** Empty: there was no such network when the container was created; its first start finds it by name. */
  networkId: string;
  aliases: string[];
  links: string[];
  requestedIp: string;
  requestedMac: string;
  /** Of networks with a way out the highest one has the default route; absent: 0. */
  gatewayPriority?: number;
  live: {
    endpointId: string;
    /** `eth0`; empty on a network without addresses. */
    interfaceName: string;
    ipAddress: string;
    prefixLength: number;
    gateway: string;
    macAddress: string;
  } | null;
}

export interface MountPoint {
  type: "bind" | "volume" | "tmpfs";
  /** Of a volume; else empty. */
  name: string;
  /** In the guest; empty for tmpfs. */
  source: string;
  destination: string;
  /** The options as given: `ro`, `z`. */
  mode: string;
  writable: boolean;
  propagation: string;
  recursive: boolean;
  /** Fill the volume from the image's directory before the first start, when it is empty. */
  copyUp: boolean;
  /** Make the source when it is missing (`-v`), rather than fail (`--mount`). */
  createSource: boolean;
  /** Mounts below a read-only one stay writable. */
  readOnlyNonRecursive?: boolean;
  /** Of the volume, which is mounted instead of all of it. */
  subpath?: string;
  /** Options of a tmpfs: `size=65536k`, `mode=1777`. */
  tmpfsOptions: string[];
}

export type ContainerStatus =
  | "created"
  | "running"
  | "paused"
  | "restarting"
  | "removing"
  | "exited"
  | "dead";

export type HealthStatus = "starting" | "healthy" | "unhealthy";

/** One check: exit code 0 is health, -1 a check without an end. */
export interface HealthResult {
  startMs: number;
  endMs: number;
  exitCode: number;
  output: string;
}

export interface HealthRecord {
  status: HealthStatus;
  failingStreak: number;
  /** The newest five, oldest first. */
  log: HealthResult[];
}

export interface ContainerState {
  status: ContainerStatus;
  /** In the guest; 0 when it does not run. */
  pid: number;
  exitCode: number;
  error: string;
  oomKilled: boolean;
  /** Milliseconds since 1970; 0: never. */
  startedAtMs: number;
  finishedAtMs: number;
  /** Stopped by a person: `unless-stopped` and `on-failure` leave it so. */
  manuallyStopped: boolean;
  restartCount: number;
  /** Null or absent: not checked. */
  health?: HealthRecord | null;
}

export interface PublishedPort {
  protocol: "tcp" | "udp";
  containerPort: number;
  hostIp: string;
  hostPort: number;
}

export interface ContainerRecord {
  id: ContainerId;
  /** Without the slash. */
  name: string;
  createdAtMs: number;
  imageId: string;
  /** Program and arguments: entrypoint and command joined. */
  argv: string[];
  config: ContainerConfig;
  host: HostConfig;
  /** By network name. */
  endpoints: Record<string, EndpointRecord>;
  mounts: MountPoint[];
  /** Those that are open now. */
  published: PublishedPort[];
  state: ContainerState;
}
