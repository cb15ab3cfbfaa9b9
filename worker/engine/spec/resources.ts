// Limits of a container as cgroup v2 resources of the runtime spec, and the checks Docker makes on them.

import { EngineError } from "../../base/errors.ts";
import type { HostConfig } from "../containers/container-record.ts";
import type { OciRuntimeSpec } from "../oci-runtime-spec.ts";

type Resources = NonNullable<OciRuntimeSpec["linux"]["resources"]>;
type DeviceRule = NonNullable<Resources["devices"]>[number];

const CPU_PERIOD_US = 100_000;
const LEAST_MEMORY_BYTES = 6 * 1024 * 1024;

/** What a container may open: mknod of anything, and the nodes each has in /dev. */
const DEFAULT_DEVICE_RULES: readonly DeviceRule[] = [
  { allow: false, access: "rwm" },
  { allow: true, type: "c", access: "m" },
  { allow: true, type: "b", access: "m" },
  { allow: true, type: "c", major: 1, minor: 3, access: "rwm" },
  { allow: true, type: "c", major: 1, minor: 5, access: "rwm" },
  { allow: true, type: "c", major: 1, minor: 7, access: "rwm" },
  { allow: true, type: "c", major: 1, minor: 8, access: "rwm" },
  { allow: true, type: "c", major: 1, minor: 9, access: "rwm" },
  { allow: true, type: "c", major: 5, minor: 0, access: "rwm" },
  { allow: true, type: "c", major: 5, minor: 1, access: "rwm" },
  { allow: true, type: "c", major: 5, minor: 2, access: "rwm" },
  { allow: true, type: "c", major: 136, access: "rwm" },
];

/** `extra`: rules of --device. */
export function resourcesOf(host: HostConfig, extra: readonly DeviceRule[]): Resources {
  const resources: Resources = {
    devices: host.privileged
      ? [{ allow: true, access: "rwm" }]
      : [...DEFAULT_DEVICE_RULES, ...extra, ...host.deviceCgroupRules.map(parseDeviceRule)],
  };
  if (host.memoryBytes > 0 || host.memoryReservationBytes > 0)
    resources.memory = {
      // The machine has no swap, so there is none to limit.
      ...(host.memoryBytes > 0 ? { limit: host.memoryBytes } : {}),
      ...(host.memoryReservationBytes > 0 ? { reservation: host.memoryReservationBytes } : {}),
    };
  const cpu = cpuOf(host);
  if (Object.keys(cpu).length > 0) resources.cpu = cpu;
  if (host.pidsLimit !== null && host.pidsLimit !== 0)
    resources.pids = { limit: host.pidsLimit < 0 ? -1 : host.pidsLimit };
  return resources;
}

function cpuOf(host: HostConfig): NonNullable<Resources["cpu"]> {
  const cpu: NonNullable<Resources["cpu"]> = {};
  if (host.cpuShares > 0) cpu.shares = host.cpuShares;
  if (host.nanoCpus > 0) {
    cpu.period = CPU_PERIOD_US;
    cpu.quota = Math.round((host.nanoCpus / 1e9) * CPU_PERIOD_US);
  } else {
    if (host.cpuPeriod > 0) cpu.period = host.cpuPeriod;
    if (host.cpuQuota !== 0) cpu.quota = host.cpuQuota;
  }
  return cpu;
}

/** Throws EngineError("invalid-argument") in Docker's words; returns warnings. */
export function checkResources(host: HostConfig, processors: number): string[] {
  const refuse = (message: string): never => {
    throw new EngineError("invalid-argument", message);
  };
  const { memoryBytes, memorySwapBytes, memoryReservationBytes } = host;
  if (memoryBytes !== 0 && memoryBytes < LEAST_MEMORY_BYTES) refuse("Minimum memory limit allowed is 6MB");
  if (memoryBytes > 0 && memorySwapBytes > 0 && memorySwapBytes < memoryBytes)
    refuse("Minimum memoryswap limit should be larger than memory limit, see usage");
  if (memoryBytes === 0 && memorySwapBytes > 0)
    refuse("You should always set the Memory limit when using Memoryswap limit, see usage");
  if (memoryReservationBytes > 0 && memoryBytes > 0 && memoryBytes < memoryReservationBytes)
    refuse("Minimum memory limit can not be less than memory reservation limit, see usage");
  for (const [name, value] of [
    ["Period", host.cpuPeriod],
    ["Quota", host.cpuQuota],
  ] as const)
    if (host.nanoCpus > 0 && value > 0)
      refuse(`Conflicting options: Nano CPUs and CPU ${name} cannot both be set`);
  if (host.nanoCpus < 0 || host.nanoCpus > processors * 1e9)
    refuse(`range of CPUs is from 0.01 to ${processors}.00, as there are only ${processors} CPUs available`);
  // Of one processor there is nothing to choose, so the choice is checked and then has no effect.
  if (processors === 1 && !/^(0(-0)?)?$/.test(host.cpusetCpus))
    refuse(`Requested CPUs are not available - requested ${host.cpusetCpus}, available: 0`);
  if (host.cpuPeriod !== 0 && (host.cpuPeriod < 1000 || host.cpuPeriod > 1_000_000))
    refuse("CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)");
  if (host.cpuQuota > 0 && host.cpuQuota < 1000) refuse("CPU cfs quota can not be less than 1ms (i.e. 1000)");
  return host.oomKillDisable
    ? ["Your kernel does not support OomKillDisable. OomKillDisable discarded."]
    : [];
}

/** `c 10:200 rwm`, `b *:* r` */
function parseDeviceRule(text: string): DeviceRule {
  const match = /^([acb]) (\d{1,8}|\*):(\d{1,8}|\*) ([rwm]{1,3})$/.exec(text);
  if (!match) throw new EngineError("invalid-argument", `invalid device cgroup rule format: '${text}'`);
  const [, type = "a", major = "*", minor = "*", access = "rwm"] = match;
  return {
    allow: true,
    ...(type === "a" ? {} : { type }),
    ...(major === "*" ? {} : { major: Number(major) }),
    ...(minor === "*" ? {} : { minor: Number(minor) }),
    access,
  };
}
