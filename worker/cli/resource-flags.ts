// Flags of `run` and `create` that say how much of the machine a container may use, and which devices.

import { checkDeviceRule, checkUlimit } from "./container-checks.ts";
import { type FlagSpec, flag } from "./flags.ts";

export const RESOURCE_FLAGS: readonly FlagSpec[] = [
  flag("--blkio-weight", "uint16", "Block IO (relative weight), between 10 and 1000, or 0 to disable", {
    defaultHelp: "0",
  }),
  flag("--blkio-weight-device", "list", "Block IO weight (relative device weight)", { defaultHelp: "[]" }),
  flag("--cgroup-parent", "string", "Optional parent cgroup for the container"),
  flag("--cgroupns", "string", "Cgroup namespace to use (host|private), the daemon's choice unless given"),
  flag("--cpu-count", "int", "CPU count (Windows only)", { hidden: true }),
  flag("--cpu-percent", "int", "CPU percent (Windows only)", { hidden: true }),
  flag("--cpu-period", "int", "Limit CPU CFS (Completely Fair Scheduler) period"),
  flag("--cpu-quota", "int", "Limit CPU CFS (Completely Fair Scheduler) quota"),
  flag("--cpu-rt-period", "int", "Limit CPU real-time period in microseconds"),
  flag("--cpu-rt-runtime", "int", "Limit CPU real-time runtime in microseconds"),
  flag("-c, --cpu-shares", "int", "CPU shares (relative weight)"),
  flag("--cpus", "decimal", "Number of CPUs"),
  flag("--cpuset-cpus", "string", "CPUs in which to allow execution (0-3, 0,1)"),
  flag("--cpuset-mems", "string", "MEMs in which to allow execution (0-3, 0,1)"),
  flag("--device", "list", "Add a host device to the container"),
  flag("--device-cgroup-rule", "list", "Add a rule to the cgroup allowed devices list", {
    check: checkDeviceRule,
  }),
  flag("--device-read-bps", "list", "Limit read rate (bytes per second) from a device", {
    defaultHelp: "[]",
  }),
  flag("--device-read-iops", "list", "Limit read rate (IO per second) from a device", { defaultHelp: "[]" }),
  flag("--device-write-bps", "list", "Limit write rate (bytes per second) to a device", {
    defaultHelp: "[]",
  }),
  flag("--device-write-iops", "list", "Limit write rate (IO per second) to a device", { defaultHelp: "[]" }),
  flag("--gpus", "gpu-request", "GPU devices to add to the container ('all' to pass all GPUs)"),
  flag("--io-maxbandwidth", "bytes", "Maximum IO bandwidth limit for the system drive (Windows only)", {
    hidden: true,
  }),
  flag("--io-maxiops", "uint", "Maximum IOps limit for the system drive (Windows only)", { hidden: true }),
  flag("--kernel-memory", "bytes", "Kernel memory limit"),
  flag("-m, --memory", "bytes", "Memory limit"),
  flag("--memory-reservation", "bytes", "Memory soft limit"),
  flag(
    "--memory-swap",
    "bytes-or-all",
    "Swap limit equal to memory plus swap: '-1' to enable unlimited swap",
    { typeHelp: "bytes" },
  ),
  flag("--memory-swappiness", "int", "Tune container memory swappiness (0 to 100)", { default: "-1" }),
  flag("--oom-kill-disable", "bool", "Disable OOM Killer"),
  flag("--oom-score-adj", "int", "Tune host's OOM preferences (-1000 to 1000)"),
  flag("--pids-limit", "int", "Tune container pids limit (set -1 for unlimited)"),
  flag("--shm-size", "bytes", "Size of /dev/shm"),
  flag("--ulimit", "ulimit", "Ulimit options", { defaultHelp: "[]", check: checkUlimit }),
];
