// `docker top`: the processes of a container's cgroup, with the columns of `ps -ef`, read from the guest's /proc (proc(5)).

import { EngineError } from "../../base/errors.ts";
import type { EngineContext } from "../engine-context.ts";
import { isRunning } from "./container-state.ts";
import { type ProcessTable, runPs } from "./ps.ts";

const TITLES = ["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"];
/** USER_HZ of Linux on x86. */
const TICKS_PER_S = 100;
const LIMIT_BYTES = 65_536;

/** `psArguments` empty: `-ef`. Throws conflict when it does not run, internal with what ps says of wrong options. */
export async function topContainer(
  engine: EngineContext,
  reference: string,
  psArguments: string,
): Promise<ProcessTable> {
  const container = engine.containers.find(reference);
  if (!isRunning(container.record.state))
    throw new EngineError("conflict", `container ${container.id} is not running`);
  const procs = (await engine.runtime.readCgroup(container.id, ["cgroup.procs"])).get("cgroup.procs") ?? "";
  const pids = procs.split("\n").filter((line) => /^\d+$/.test(line));
  if (!["", "-ef"].includes(psArguments.trim())) return runPs(engine, psArguments, pids);
  const uptimeS = Number.parseFloat((await readText(engine, "/proc/uptime")) ?? "0");
  const bootMs = engine.clock.nowMs() - uptimeS * 1000;
  const rows = await Promise.all(pids.map((pid) => processRow(engine, pid, bootMs)));
  return { titles: TITLES, rows: rows.filter((row) => row !== undefined) };
}

/** Undefined when it ended meanwhile. */
async function processRow(engine: EngineContext, pid: string, bootMs: number): Promise<string[] | undefined> {
  const [stat, status, commandLine] = await Promise.all([
    readText(engine, `/proc/${pid}/stat`),
    readText(engine, `/proc/${pid}/status`),
    readText(engine, `/proc/${pid}/cmdline`),
  ]);
  // The name, in brackets, may hold blanks and brackets itself.
  const close = stat?.lastIndexOf(")") ?? -1;
  if (stat === undefined || close < 0) return undefined;
  const name = stat.slice(stat.indexOf("(") + 1, close);
  const fields = stat.slice(close + 2).split(" ");
  const field = (number: number) => Number(fields[number - 3] ?? 0);
  const uid = /^Uid:\s+(\d+)/m.exec(status ?? "")?.[1] ?? "0";
  const command = (commandLine ?? "").split("\0").filter(Boolean).join(" ");
  const started = new Date(bootMs + (field(22) / TICKS_PER_S) * 1000);
  return [
    uid === "0" ? "root" : uid,
    pid,
    String(field(4)),
    "0",
    started.toISOString().slice(11, 16),
    terminalName(field(7)),
    clockTime(Math.floor((field(14) + field(15)) / TICKS_PER_S)),
    command || `[${name}]`,
  ];
}

function terminalName(device: number): string {
  const major = (device >> 8) & 0xfff;
  const minor = (device & 0xff) | ((device >> 12) & 0xfff00);
  return major === 136 ? `pts/${minor}` : "?";
}

function clockTime(seconds: number): string {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}

async function readText(engine: EngineContext, path: string): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await engine.runtime.files.read(path, { limitBytes: LIMIT_BYTES }));
  } catch {
    return undefined;
  }
}
