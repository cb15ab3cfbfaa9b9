// LXC containers as the guest's own tools tell them: lists, changes of state and figures. lxc-monitor tells changes
// of state, and the kernel (inotify) that a container's folder, or something in it, has come or gone: it is being made, made, or destroyed.

import type { GuestCommand, GuestCommandEnd } from "../../worker/rpc/protocol.ts";
import type { GuestRun } from "../app/sandbox-client.ts";
import { readPairs, WATCH_PROGRAM } from "../sandbox/watch-files.ts";
import type { PanelContext } from "./panel.ts";
import type { TaskControl } from "./task-list.ts";
import { textLines } from "./text-lines.ts";

export interface LxcContainer {
  readonly name: string;
  /** `RUNNING`, `STOPPED`, `FROZEN`, `STARTING` … */
  readonly state: string;
  /** Of its init, in the machine; undefined while it does not run. */
  readonly pid: number | undefined;
  readonly addresses: readonly string[];
}

export interface LxcSample {
  readonly name: string;
  /** Of one processor. */
  readonly cpuPercent: number | undefined;
  readonly memoryBytes: number;
}

const LIST = "lxc-ls -f -F NAME,STATE,PID,IPV4";
const MONITOR = "exec lxc-monitor -n '.*'";
const FOLDERS = `exec ${WATCH_PROGRAM} -1 /var/lib/lxc`;
/** A line for each running container and a dot after each second; no program is started for it. */
const FIGURES = `while :; do
  read -r up _ < /proc/uptime
  for folder in /sys/fs/cgroup/lxc.payload.*; do
    [ -r "$folder/memory.current" ] || continue
    read -r memory < "$folder/memory.current" && read -r _ cpu < "$folder/cpu.stat" &&
      echo "$up $cpu $memory \${folder##*/lxc.payload.}"
  done
  read -r -t 1
  [ $? -gt 128 ] || exit 0
done`;

/** A command that ended with another code than 0. */
export class GuestCommandError extends Error {
  override readonly name = "GuestCommandError";
}

/** What runs command lines in the guest. */
export type CommandContext = Pick<PanelContext, "runCommand">;

/** Runs a line to its end. Rejects with GuestCommandError, its message being what the command said. */
export async function runLine(context: CommandContext, line: string, signal?: AbortSignal): Promise<string> {
  const run = start(context, { line }, signal);
  const [output, end] = await Promise.all([new Response(run.stdout).text(), run.ended]);
  requireSuccess(end, output);
  return output;
}

/** Reads the progress that the template tells programs of; see worker/callers/image-rootfs.ts. */
export async function createLxc(context: CommandContext, line: string, control: TaskControl): Promise<void> {
  const environment = { SLIPWAY_PROGRESS: "bytes" };
  const run = start(context, { line, environment, terminates: true }, control.signal);
  let last = "";
  for await (const text of textLines(run.stdout)) {
    const [, done, total] = /^bytes (\d+) (\d+)$/.exec(text) ?? [];
    if (total !== undefined) {
      control.report({ doneBytes: Number(done), totalBytes: Number(total) });
    } else if (text.trim() !== "") {
      last = text.trim();
      control.report({ detail: last });
    }
  }
  requireSuccess(await run.ended, last);
}

/** What runs is told nothing. */
function start(context: CommandContext, command: GuestCommand, signal: AbortSignal | undefined): GuestRun {
  const run = context.runCommand(command, signal);
  void run.stdin.close().catch(() => {});
  return run;
}

function requireSuccess({ code, stderr }: GuestCommandEnd, output: string): void {
  if (code !== 0) throw new GuestCommandError(lastWords(stderr) || lastWords(output) || `exit code ${code}`);
}

export async function listLxc(context: CommandContext): Promise<LxcContainer[]> {
  return parseLxcList(await runLine(context, LIST));
}

/** The table of `lxc-ls -f`; any text is accepted. */
export function parseLxcList(table: string): LxcContainer[] {
  return table
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const [name, state, pid, ...addresses] = line.trim().split(/[\s,]+/);
      if (!name || !state) return [];
      const number = Number(pid);
      return [
        {
          name,
          state,
          pid: Number.isInteger(number) && number > 0 ? number : undefined,
          addresses: addresses.filter((address) => /^[\d.]+$/.test(address)),
        },
      ];
    });
}

/** Calls back once it listens, and then after everything that changes what listLxc() tells, until `signal` is aborted. */
export async function watchLxc(
  context: CommandContext,
  changed: () => void,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all([
    readPairs(watcher(context, FOLDERS, signal), (event) => event !== "change" && changed()),
    eachLine(watcher(context, MONITOR, signal), changed),
  ]);
}

function watcher(context: CommandContext, line: string, signal: AbortSignal): ReadableStream<Uint8Array> {
  const { stdout, ended } = context.runCommand({ line }, signal);
  ended.catch(() => {});
  return stdout;
}

async function eachLine(stream: ReadableStream<Uint8Array>, act: () => void): Promise<void> {
  for await (const _line of textLines(stream)) act();
}

/** A sample a second of each container that runs, until `signal` is aborted. */
export async function* lxcFigures(context: CommandContext, signal: AbortSignal): AsyncGenerator<LxcSample> {
  const run = context.runCommand({ line: FIGURES }, signal);
  run.ended.catch(() => {});
  const before = new Map<string, { readonly seconds: number; readonly cpuUs: number }>();
  for await (const line of textLines(run.stdout)) {
    const [, seconds, cpuUs, memory, name] = /^([\d.]+) (\d+) (\d+) (.+)$/.exec(line) ?? [];
    if (name === undefined) continue;
    const now = { seconds: Number(seconds), cpuUs: Number(cpuUs) };
    const last = before.get(name);
    before.set(name, now);
    const passed = now.seconds - (last?.seconds ?? now.seconds);
    yield {
      name,
      cpuPercent:
        last === undefined || passed <= 0
          ? undefined
          : Math.max(0, (now.cpuUs - last.cpuUs) / 10_000 / passed),
      memoryBytes: Number(memory),
    };
  }
}

/** `lxc-start: web: ../src/lxc/tools/lxc_start.c: main: 266 No container config specified` → what follows the place. */
function lastWords(text: string): string {
  return text
    .trim()
    .split("\n")
    .map((line) => line.replace(/^(lxc-[\w-]+: )(?:\S+: )?\S+\.c: \w+: \d+ /, "$1"))
    .slice(-3)
    .join("\n");
}
