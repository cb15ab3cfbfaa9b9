// Samples of a container as `docker stats` reads them: now, and the one before, for percentages.

import type { Container } from "../../engine/containers/container.ts";
import type { ContainerSample } from "../../engine/containers/stats.ts";
import type { EngineContext } from "../../engine/engine-context.ts";
import { rfc3339Nano } from "../../engine/time-text.ts";
import type { WireContainerStats, WireCpuStats } from "./container-stats.ts";

/** Without a sample (it does not run) everything is zero or missing, as Docker has it. */
export function writeStats(
  engine: EngineContext,
  container: Container,
  now: ContainerSample | undefined,
  before: ContainerSample | undefined,
): WireContainerStats {
  const networks = Object.entries(now?.networks ?? {});
  return {
    id: container.id,
    name: `/${container.name}`,
    read: rfc3339Nano(now?.timeMs ?? 0),
    preread: rfc3339Nano(before?.timeMs ?? 0),
    num_procs: 0,
    pids_stats: now
      ? { current: now.pids, ...(now.pidsLimit === undefined ? {} : { limit: now.pidsLimit }) }
      : {},
    cpu_stats: writeCpu(engine, now),
    precpu_stats: writeCpu(engine, before),
    memory_stats: now
      ? { usage: now.memory.usage, limit: now.memory.limit, stats: { ...now.memory.details } }
      : {},
    ...(networks.length > 0
      ? {
          networks: Object.fromEntries(
            networks.map(([name, counters]) => [
              name,
              {
                rx_bytes: counters.rxBytes,
                rx_packets: counters.rxPackets,
                rx_errors: counters.rxErrors,
                rx_dropped: counters.rxDropped,
                tx_bytes: counters.txBytes,
                tx_packets: counters.txPackets,
                tx_errors: counters.txErrors,
                tx_dropped: counters.txDropped,
              },
            ]),
          ),
        }
      : {}),
    blkio_stats: { io_service_bytes_recursive: writeDisks(now) },
  };
}

function writeDisks(
  sample: ContainerSample | undefined,
): WireContainerStats["blkio_stats"]["io_service_bytes_recursive"] {
  const disks = sample?.disks ?? [];
  if (disks.length === 0) return null;
  return disks.flatMap(({ major, minor, readBytes, writtenBytes }) => [
    { major, minor, op: "read", value: readBytes },
    { major, minor, op: "write", value: writtenBytes },
  ]);
}

function writeCpu(engine: EngineContext, sample: ContainerSample | undefined): WireCpuStats {
  const cpu = sample?.cpu;
  return {
    cpu_usage: {
      total_usage: cpu?.total ?? 0,
      usage_in_kernelmode: cpu?.system ?? 0,
      usage_in_usermode: cpu?.user ?? 0,
    },
    ...(cpu ? { system_cpu_usage: cpu.machine, online_cpus: engine.settings.processors } : {}),
    throttling_data: {
      periods: cpu?.periods ?? 0,
      throttled_periods: cpu?.throttledPeriods ?? 0,
      throttled_time: cpu?.throttledTime ?? 0,
    },
  };
}
