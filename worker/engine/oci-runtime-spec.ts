// The part of the OCI runtime specification (config.json, version 1.0.2) that the engine writes.

export interface OciRuntimeSpec {
  ociVersion: string;
  process: {
    terminal?: boolean;
    consoleSize?: { height: number; width: number };
    user: { uid: number; gid: number; additionalGids?: number[]; umask?: number };
    args: string[];
    env: string[];
    cwd: string;
    capabilities?: Record<"bounding" | "effective" | "inheritable" | "permitted" | "ambient", string[]>;
    rlimits?: { type: string; hard: number; soft: number }[];
    noNewPrivileges?: boolean;
    oomScoreAdj?: number;
  };
  root: { path: string; readonly: boolean };
  hostname?: string;
  domainname?: string;
  mounts: { destination: string; type?: string; source?: string; options?: string[] }[];
  annotations?: Record<string, string>;
  linux: {
    namespaces: { type: "pid" | "network" | "ipc" | "uts" | "mount" | "cgroup" | "user"; path?: string }[];
    uidMappings?: { containerID: number; hostID: number; size: number }[];
    gidMappings?: { containerID: number; hostID: number; size: number }[];
    devices?: {
      path: string;
      type: "c" | "b" | "p";
      major: number;
      minor: number;
      fileMode?: number;
      uid?: number;
      gid?: number;
    }[];
    cgroupsPath: string;
    resources?: {
      devices?: { allow: boolean; type?: string; major?: number; minor?: number; access?: string }[];
      memory?: { limit?: number; reservation?: number; swap?: number };
      cpu?: { shares?: number; quota?: number; period?: number; cpus?: string };
      pids?: { limit: number };
      unified?: Record<string, string>;
    };
    sysctl?: Record<string, string>;
    seccomp?: {
      defaultAction: string;
      defaultErrnoRet?: number;
      architectures?: string[];
      syscalls: {
        names: string[];
        action: string;
        errnoRet?: number;
        args?: { index: number; value: number; valueTwo?: number; op: string }[];
      }[];
    };
    maskedPaths?: string[];
    readonlyPaths?: string[];
    rootfsPropagation?: string;
  };
}
