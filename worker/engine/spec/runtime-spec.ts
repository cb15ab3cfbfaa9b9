// A container's record as an OCI runtime spec (config.md, config-linux.md of runtime-spec 1.0.2), with Docker's defaults.
// root.path, the network namespace's path and process.terminal are the runtime's to fill in.

import type {
  ContainerConfig,
  ContainerRecord,
  HostConfig,
  MountPoint,
} from "../containers/container-record.ts";
import type { OciRuntimeSpec } from "../oci-runtime-spec.ts";
import { capabilitiesOf, capabilitySets } from "./capabilities.ts";
import { defaultMounts, MASKED_PATHS, READONLY_PATHS, type SpecMount } from "./default-mounts.ts";
import { PRIVILEGED_DEVICES, type SpecDevice } from "./devices.ts";
import { resourcesOf } from "./resources.ts";
import { defaultSeccomp } from "./seccomp-profile.ts";
import { parseSecurityOptions } from "./security-options.ts";
import type { ProcessUser } from "./user-lookup.ts";

export interface RuntimeSpecInput {
  readonly record: ContainerRecord;
  readonly user: ProcessUser;
  readonly hostname: string;
  /** Mounts of hosts, hostname and resolv.conf, and of the init. */
  readonly extraMounts: readonly SpecMount[];
  readonly devices: readonly SpecDevice[];
  readonly deviceRules: NonNullable<NonNullable<OciRuntimeSpec["linux"]["resources"]>["devices"]>;
  /** Pids of containers whose namespaces are shared. */
  readonly sharedPids: { readonly ipc: number | undefined; readonly pid: number | undefined };
  /** A tmpfs in the guest for /dev/shm: of a container whose IPC others may share, or of the one whose is shared. */
  readonly sharedShm: string | undefined;
  /** Where subpaths of volumes are mounted, by destination. */
  readonly subpaths: ReadonlyMap<string, string>;
  /** Added to the environment, below the client's own: variables of links. */
  readonly environment: readonly string[];
}

export const DEFAULT_PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
export const INIT_PATH = "/sbin/docker-init";

export function runtimeSpec(input: RuntimeSpecInput): OciRuntimeSpec {
  const { record, user, hostname } = input;
  const { config, host } = record;
  const capabilities = capabilitiesOf({ privileged: host.privileged, add: host.capAdd, drop: host.capDrop });
  const security = parseSecurityOptions(host.securityOpt, capabilities);
  const confinedPaths = !host.privileged && !security.unconfinedPaths;
  const seccomp =
    host.privileged || security.seccomp === "unconfined"
      ? undefined
      : security.seccomp === "default"
        ? defaultSeccomp(capabilities)
        : security.seccomp;
  return {
    ociVersion: "1.0.2",
    process: {
      user: userOf(user),
      args: host.init ? [INIT_PATH, "--", ...record.argv] : [...record.argv],
      env: environmentOf(config, hostname, input.environment),
      cwd: config.workingDir || "/",
      capabilities: capabilitySets(capabilities, user.uid),
      rlimits: host.ulimits.map(({ name, soft, hard }) => ({
        type: `RLIMIT_${name.toUpperCase()}`,
        soft,
        hard,
      })),
      noNewPrivileges: security.noNewPrivileges,
      ...(host.oomScoreAdj === 0 ? {} : { oomScoreAdj: host.oomScoreAdj }),
    },
    root: { path: "rootfs", readonly: host.readonlyRootfs },
    ...(host.utsMode === "host" ? {} : { hostname }),
    ...(config.domainname === "" || host.utsMode === "host" ? {} : { domainname: config.domainname }),
    mounts: mountsOf(record, input),
    ...(Object.keys(host.annotations).length > 0 ? { annotations: { ...host.annotations } } : {}),
    linux: {
      namespaces: namespacesOf(host, input.sharedPids),
      ...(host.usernsMode === "private" ? { uidMappings: [IDENTITY], gidMappings: [IDENTITY] } : {}),
      devices: [...(host.privileged ? PRIVILEGED_DEVICES : []), ...input.devices],
      cgroupsPath: `${cgroupParent(host)}/${record.id}`,
      resources: resourcesOf(host, input.deviceRules),
      sysctl: sysctlsOf(host),
      ...(seccomp ? { seccomp } : {}),
      maskedPaths: confinedPaths ? [...(host.maskedPaths ?? MASKED_PATHS)] : [],
      readonlyPaths: confinedPaths ? [...(host.readonlyPaths ?? READONLY_PATHS)] : [],
      rootfsPropagation: "private",
    },
  };
}

/** Absolute below the root of all cgroups. */
function cgroupParent({ cgroupParent: parent }: HostConfig): string {
  const parts = parent.split("/").filter((part) => part !== "" && part !== ".");
  return parts.length === 0 ? "/docker" : `/${parts.join("/")}`;
}

const IDENTITY = { containerID: 0, hostID: 0, size: 65_536 };

export function userOf(user: ProcessUser): OciRuntimeSpec["process"]["user"] {
  return {
    uid: user.uid,
    gid: user.gid,
    ...(user.additionalGids.length > 0 ? { additionalGids: [...user.additionalGids] } : {}),
  };
}

/** HOME is left to the runtime, which reads the container's own passwd file. */
function environmentOf(config: ContainerConfig, hostname: string, more: readonly string[]): string[] {
  const defaults = [DEFAULT_PATH, `HOSTNAME=${hostname}`, ...(config.tty ? ["TERM=xterm"] : []), ...more];
  return mergeEnvironment(defaults, config.env);
}

/** Later ones replace those of the same name in place; a name alone takes one away. */
export function mergeEnvironment(base: readonly string[], over: readonly string[]): string[] {
  const merged = new Map<string, string>();
  for (const entry of [...base, ...over]) {
    const equals = entry.indexOf("=");
    if (equals < 0) merged.delete(entry);
    else merged.set(entry.slice(0, equals), entry);
  }
  return [...merged.values()];
}

function namespacesOf(
  host: HostConfig,
  sharedPids: RuntimeSpecInput["sharedPids"],
): OciRuntimeSpec["linux"]["namespaces"] {
  const namespaces: OciRuntimeSpec["linux"]["namespaces"] = [{ type: "mount" }];
  if (host.networkMode !== "host") namespaces.push({ type: "network" });
  if (host.utsMode !== "host") namespaces.push({ type: "uts" });
  for (const type of ["pid", "ipc"] as const) {
    const mode = type === "pid" ? host.pidMode : host.ipcMode;
    const sharedPid = sharedPids[type];
    if (sharedPid !== undefined) namespaces.push({ type, path: `/proc/${sharedPid}/ns/${type}` });
    else if (mode !== "host") namespaces.push({ type });
  }
  if (host.cgroupnsMode !== "host") namespaces.push({ type: "cgroup" });
  if (host.usernsMode === "private") namespaces.push({ type: "user" });
  return namespaces;
}

function sysctlsOf(host: HostConfig): Record<string, string> {
  const ownNetwork = host.networkMode !== "host" && !host.networkMode.startsWith("container:");
  return {
    ...(ownNetwork && host.usernsMode !== "private"
      ? { "net.ipv4.ip_unprivileged_port_start": "0", "net.ipv4.ping_group_range": "0 2147483647" }
      : {}),
    ...host.sysctls,
  };
}

/** Defaults first, then everything else parents before children; what a user mounts replaces a default of the same place. */
function mountsOf(record: ContainerRecord, input: RuntimeSpecInput): SpecMount[] {
  const { host } = record;
  const { extraMounts, sharedShm } = input;
  const ownShm = host.ipcMode === "" || host.ipcMode === "private";
  const wanted = record.mounts.map((mount) => specMount(mount, input.subpaths.get(mount.destination)));
  const taken = new Set(wanted.map((mount) => mount.destination));
  const added = [...extraMounts.filter((mount) => !taken.has(mount.destination)), ...wanted];
  if (host.ipcMode === "host" && !taken.has("/dev/shm"))
    added.push({ destination: "/dev/shm", type: "bind", source: "/dev/shm", options: ["rbind"] });
  if (sharedShm !== undefined && !taken.has("/dev/shm"))
    added.push({ destination: "/dev/shm", type: "bind", source: sharedShm, options: ["rbind", "rprivate"] });
  const defaults = defaultMounts({
    privileged: host.privileged,
    shmSizeBytes: ownShm ? host.shmSizeBytes : undefined,
  });
  return [
    ...defaults.filter((mount) => !taken.has(mount.destination)),
    ...added.sort((one, other) => depth(one.destination) - depth(other.destination)),
  ];
}

function depth(path: string): number {
  return path.split("/").filter((part) => part !== "").length;
}

/** crun takes the "r" of a propagation for the bind's own. */
function propagationOf({ propagation, recursive }: MountPoint): string {
  const wanted = propagation || "rprivate";
  return recursive ? wanted : wanted.replace(/^r/, "");
}

/** Read-only means the mounts below as well, unless asked otherwise (mount_setattr(2)). */
function specMount(mount: MountPoint, subpath: string | undefined): SpecMount {
  const readOnly = mount.recursive && !mount.readOnlyNonRecursive ? "rro" : "ro";
  if (mount.type === "tmpfs")
    return { destination: mount.destination, type: "tmpfs", source: "tmpfs", options: mount.tmpfsOptions };
  return {
    destination: mount.destination,
    type: "bind",
    source: subpath ?? mount.source,
    options: [mount.recursive ? "rbind" : "bind", mount.writable ? "rw" : readOnly, propagationOf(mount)],
  };
}
