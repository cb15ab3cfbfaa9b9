// From what the engine measured to what `docker stats` shows.

import type { WireContainerStats } from "../api/wire/container-stats.ts";
import { bytesSize, humanSize, shortId } from "./units.ts";

/** The container's name as asked, for the template's `.Container`. */
export function statsRow(asked: string, stats: WireContainerStats, truncate: boolean) {
  const { usage = 0, limit = 0, stats: details = {} } = stats.memory_stats;
  const used = usage - (details.inactive_file ?? details.total_inactive_file ?? 0);
  const networks = Object.values(stats.networks ?? {});
  return {
    Container: asked,
    Name: (stats.name ?? "").replace(/^\//, ""),
    ID: truncate ? shortId(stats.id ?? "") : (stats.id ?? ""),
    CPUPerc: `${cpuPercent(stats).toFixed(2)}%`,
    MemUsage: `${bytesSize(used)} / ${bytesSize(limit)}`,
    MemPerc: `${(limit === 0 ? 0 : (used / limit) * 100).toFixed(2)}%`,
    NetIO: `${humanSize(sum(networks.map(({ rx_bytes }) => rx_bytes)), 3)} / ${humanSize(sum(networks.map(({ tx_bytes }) => tx_bytes)), 3)}`,
    BlockIO: `${humanSize(blockBytes(stats, "r"), 3)} / ${humanSize(blockBytes(stats, "w"), 3)}`,
    PIDs: String(stats.pids_stats?.current ?? 0),
  };
}

/** What a container that is gone shows. */
export function missingStatsRow(asked: string) {
  return {
    Container: asked,
    Name: "--",
    ID: "--",
    CPUPerc: "--",
    MemUsage: "-- / --",
    MemPerc: "--",
    NetIO: "--",
    BlockIO: "--",
    PIDs: "--",
  };
}

function cpuPercent({ cpu_stats: now, precpu_stats: before }: WireContainerStats): number {
  const used = now.cpu_usage.total_usage - (before?.cpu_usage?.total_usage ?? 0);
  const passed = (now.system_cpu_usage ?? 0) - (before?.system_cpu_usage ?? 0);
  return used > 0 && passed > 0 ? (used / passed) * (now.online_cpus ?? 1) * 100 : 0;
}

function blockBytes({ blkio_stats }: WireContainerStats, direction: "r" | "w"): number {
  const entries = blkio_stats?.io_service_bytes_recursive ?? [];
  return sum(entries.filter(({ op }) => op.toLowerCase().startsWith(direction)).map(({ value }) => value));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
