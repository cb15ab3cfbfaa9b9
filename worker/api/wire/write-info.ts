// GET /info: what this machine is and can do.

import type { EngineContext } from "../../engine/engine-context.ts";
import { NO_FILTERS } from "../../engine/filters.ts";
import { rfc3339Nano } from "../../engine/time-text.ts";
import { ENGINE_VERSION } from "../api-version.ts";
import type { WireInfo } from "./system.ts";

export async function writeInfo(engine: EngineContext): Promise<WireInfo> {
  const { settings } = engine;
  const statuses = engine.containers.all().map(({ record }) => record.state.status);
  const count = (...wanted: string[]) => statuses.filter((status) => wanted.includes(status)).length;
  const images = await engine.images.list({ all: true, filters: NO_FILTERS });
  const running = count("running", "restarting");
  const paused = count("paused");
  return {
    ID: engine.networks.find("bridge").id.slice(0, 36),
    Containers: statuses.length,
    ContainersRunning: running,
    ContainersPaused: paused,
    ContainersStopped: statuses.length - running - paused,
    Images: images.length,
    Driver: "overlay2",
    DriverStatus: [
      ["Backing Filesystem", "extfs"],
      ["Layer Filesystem", "erofs"],
      ["Native Overlay Diff", "true"],
    ],
    Plugins: {
      Volume: ["local"],
      Network: ["bridge", "host", "null"],
      Authorization: null,
      Log: ["json-file", "none"],
    },
    MemoryLimit: true,
    SwapLimit: false,
    CpuCfsPeriod: true,
    CpuCfsQuota: true,
    CPUShares: true,
    CPUSet: false,
    PidsLimit: true,
    IPv4Forwarding: true,
    Debug: false,
    NFd: 0,
    OomKillDisable: false,
    NGoroutines: 0,
    SystemTime: rfc3339Nano(engine.clock.nowMs()),
    LoggingDriver: "json-file",
    CgroupDriver: "cgroupfs",
    CgroupVersion: "2",
    NEventsListener: engine.events.listeners,
    KernelVersion: settings.kernelVersion,
    OperatingSystem: settings.operatingSystem,
    OSVersion: "12",
    OSType: "linux",
    Architecture: "i686",
    IndexServerAddress: "",
    RegistryConfig: { InsecureRegistryCIDRs: [], IndexConfigs: {}, Mirrors: [] },
    NCPU: settings.processors,
    MemTotal: settings.memoryBytes,
    GenericResources: null,
    DockerRootDir: "/var/lib/docker",
    HttpProxy: "",
    HttpsProxy: "",
    NoProxy: "",
    Name: settings.hostname,
    Labels: [],
    ExperimentalBuild: false,
    ServerVersion: ENGINE_VERSION,
    Runtimes: { crun: { path: "crun" } },
    DefaultRuntime: "crun",
    Swarm: {
      NodeID: "",
      NodeAddr: "",
      LocalNodeState: "inactive",
      ControlAvailable: false,
      Error: "",
      RemoteManagers: null,
    },
    LiveRestoreEnabled: false,
    Isolation: "",
    InitBinary: "docker-init",
    ContainerdCommit: { ID: "" },
    RuncCommit: { ID: "" },
    InitCommit: { ID: "" },
    SecurityOptions: ["name=seccomp,profile=builtin", "name=cgroupns"],
    CDISpecDirs: [],
    Warnings: null,
  };
}
