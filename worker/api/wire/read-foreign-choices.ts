// Choices of a HostConfig that mean nothing on this machine: refused, or accepted with a warning, as Docker does on a host without
// what they need.

import { EngineError } from "../../base/errors.ts";
import type { JsonFields } from "../json-fields.ts";

const RUNTIMES = ["", "crun", "runc", "io.containerd.runc.v2"];
/** Throttling and weights of disks: the kernel has no such controller for its disks. */
const DISK_LIMITS = [
  "BlkioWeightDevice",
  "BlkioDeviceReadBps",
  "BlkioDeviceWriteBps",
  "BlkioDeviceReadIOps",
  "BlkioDeviceWriteIOps",
];

/** Returns warnings. Throws EngineError("invalid-argument") in Docker's words. */
export function readForeignChoices(host: JsonFields): string[] {
  const refuse = (message: string): never => {
    throw new EngineError("invalid-argument", message);
  };
  const runtime = host.text("Runtime");
  if (!RUNTIMES.includes(runtime)) refuse(`unknown or invalid runtime name: ${runtime}`);
  const isolation = host.text("Isolation");
  if (!/^(|default)$/i.test(isolation))
    refuse(`invalid isolation (${isolation}): linux only supports 'default'`);
  if (host.object("StorageOpt").keys().length > 0)
    refuse("--storage-opt is supported only for overlay over xfs with 'pquota' mount option");
  for (const request of host.objects("DeviceRequests"))
    refuse(
      `could not select device driver ${JSON.stringify(request.text("Driver"))} with capabilities: ${goLists(request.raw("Capabilities"))}`,
    );
  return [...diskWarnings(host, refuse), ...memoryWarnings(host, refuse)];
}

function diskWarnings(host: JsonFields, refuse: (message: string) => never): string[] {
  const weight = host.integer("BlkioWeight");
  if (weight !== 0 && (weight < 10 || weight > 1000)) refuse("Range of blkio weight is from 10 to 1000");
  const warnings =
    weight === 0
      ? []
      : ["Your kernel does not support Block I/O weight or the cgroup is not mounted. Weight discarded."];
  if (DISK_LIMITS.some((name) => host.objects(name).length > 0))
    warnings.push(
      "Your kernel does not support Block I/O limits or the cgroup is not mounted. Limits discarded.",
    );
  return warnings;
}

function memoryWarnings(host: JsonFields, refuse: (message: string) => never): string[] {
  const swappiness = host.optionalInteger("MemorySwappiness") ?? -1;
  if (swappiness < -1 || swappiness > 100)
    refuse(`Invalid value: ${swappiness}, valid memory swappiness range is 0-100`);
  const mems = host.text("CpusetMems");
  if (!/^(0(-0)?)?$/.test(mems))
    refuse(`Requested memory nodes are not available - requested ${mems}, available: 0`);
  const warnings =
    swappiness < 0
      ? []
      : [
          "Your kernel does not support memory swappiness capabilities or the cgroup is not mounted. Memory swappiness discarded.",
        ];
  if (host.integer("CpuRealtimePeriod") !== 0 || host.integer("CpuRealtimeRuntime") !== 0)
    refuse("Your kernel does not support CPU real-time scheduler");
  return warnings;
}

/** `[[gpu compute]]`, as Go prints lists of lists. */
function goLists(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(goLists).join(" ")}]` : String(value ?? "[]");
}
