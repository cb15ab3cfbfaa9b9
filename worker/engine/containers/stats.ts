// `docker stats`: what a container's cgroup and network namespace count, as of now.

import { EngineError } from "../../base/errors.ts";
import type { EngineContext } from "../engine-context.ts";
import type { Container } from "./container.ts";

export interface NetworkCounters {
  readonly rxBytes: number;
  readonly rxPackets: number;
  readonly rxErrors: number;
  readonly rxDropped: number;
  readonly txBytes: number;
  readonly txPackets: number;
  readonly txErrors: number;
  readonly txDropped: number;
}

export interface CpuCounters {
  /** Nanoseconds. */
  readonly total: number;
  readonly user: number;
  readonly system: number;
  /** Nanoseconds that all processors together have had. */
  readonly machine: number;
  readonly periods: number;
  readonly throttledPeriods: number;
  /** Nanoseconds. */
  readonly throttledTime: number;
}

/** Of one disk. */
export interface DiskCounters {
  readonly major: number;
  readonly minor: number;
  readonly readBytes: number;
  readonly writtenBytes: number;
}

export interface ContainerSample {
  readonly timeMs: number;
  readonly cpu: CpuCounters;
  readonly memory: {
    readonly usage: number;
    readonly limit: number;
    /** `memory.stat` */
    readonly details: Readonly<Record<string, number>>;
  };
  readonly disks: readonly DiskCounters[];
  readonly pids: number;
  readonly pidsLimit: number | undefined;
  readonly networks: Readonly<Record<string, NetworkCounters>>;
}

/** Undefined when it does not run. */
export async function sampleContainer(
  engine: EngineContext,
  container: Container,
): Promise<ContainerSample | undefined> {
  const { run } = container;
  if (run === null) return undefined;
  const timeMs = engine.clock.nowMs();
  const files = await engine.runtime.readCgroup(container.id, [
    "cpu.stat",
    "io.stat",
    "memory.current",
    "memory.max",
    "memory.stat",
    "pids.current",
    "pids.max",
  ]);
  const cpu = flatKeyed(files.get("cpu.stat"));
  const number = (name: string) => {
    const value = Number.parseInt(files.get(name) ?? "", 10);
    return Number.isNaN(value) ? undefined : value;
  };
  return {
    timeMs,
    cpu: {
      total: (cpu.usage_usec ?? 0) * 1000,
      user: (cpu.user_usec ?? 0) * 1000,
      system: (cpu.system_usec ?? 0) * 1000,
      machine: Math.round(timeMs * 1e6) * engine.settings.processors,
      periods: cpu.nr_periods ?? 0,
      throttledPeriods: cpu.nr_throttled ?? 0,
      throttledTime: (cpu.throttled_usec ?? 0) * 1000,
    },
    memory: {
      usage: number("memory.current") ?? 0,
      limit: number("memory.max") ?? engine.settings.memoryBytes,
      details: flatKeyed(files.get("memory.stat")),
    },
    disks: diskCounters(files.get("io.stat")),
    pids: number("pids.current") ?? 0,
    pidsLimit: number("pids.max"),
    networks: await networkCounters(engine, run.process.pid),
  };
}

/** Lines `8:16 rbytes=1 wbytes=2 …`; a disk that was not touched may have no counters. */
function diskCounters(text: string | undefined): DiskCounters[] {
  return (text ?? "").split("\n").flatMap((line) => {
    const match = /^(\d+):(\d+) rbytes=(\d+) wbytes=(\d+)/.exec(line);
    if (!match) return [];
    const [major = 0, minor = 0, readBytes = 0, writtenBytes = 0] = match.slice(1).map(Number);
    return [{ major, minor, readBytes, writtenBytes }];
  });
}

/** Lines `name value` (cgroup-v2, "Interface Files"). */
function flatKeyed(text: string | undefined): Record<string, number> {
  const values: Record<string, number> = {};
  for (const line of (text ?? "").split("\n")) {
    const match = /^(\w+) (\d+)$/.exec(line);
    if (match?.[1]) values[match[1]] = Number(match[2]);
  }
  return values;
}

/** /proc/PID/net/dev: two lines of titles, then eight counters each for receive and transmit. */
async function networkCounters(engine: EngineContext, pid: number): Promise<Record<string, NetworkCounters>> {
  const counters: Record<string, NetworkCounters> = {};
  let text: string;
  try {
    text = new TextDecoder().decode(
      await engine.runtime.files.read(`/proc/${pid}/net/dev`, { limitBytes: 65_536 }),
    );
  } catch (error) {
    if (error instanceof EngineError) return counters;
    throw error;
  }
  for (const line of text.split("\n").slice(2)) {
    const [name = "", rest = ""] = line.split(":");
    const values = rest.trim().split(/\s+/).map(Number);
    if (name.trim() === "" || name.trim() === "lo" || values.length < 12) continue;
    const at = (index: number) => values[index] ?? 0;
    counters[name.trim()] = {
      rxBytes: at(0),
      rxPackets: at(1),
      rxErrors: at(2),
      rxDropped: at(3),
      txBytes: at(8),
      txPackets: at(9),
      txErrors: at(10),
      txDropped: at(11),
    };
  }
  return counters;
}
