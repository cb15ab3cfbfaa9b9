// `docker logs`: entries of a container's log, from the line `tail` says, between two times, and on as they come.

import type { Container } from "./container.ts";
import type { ContainerLog, LogEntry } from "./container-log.ts";

export interface LogsOptions {
  readonly stdout: boolean;
  readonly stderr: boolean;
  /** Lines from the end; undefined: all. */
  readonly tail: number | undefined;
  readonly sinceMs: number | undefined;
  readonly untilMs: number | undefined;
  /** Goes on until the container stops. */
  readonly follow: boolean;
  readonly signal?: AbortSignal | undefined;
}

const NEWLINE = 0x0a;

export async function* readLogs(
  container: Container,
  options: LogsOptions,
): AsyncGenerator<LogEntry, void, undefined> {
  const { log } = container;
  const wanted = (entry: LogEntry) => options[entry.stream] && entry.timeMs >= (options.sinceMs ?? 0);
  const start = tailStart(log, options.tail, wanted);
  let cutLines = start.skipLines;
  for (let number = start.number; ; ) {
    const entry = log.at(number);
    if (entry !== undefined) {
      number++;
      if (options.untilMs !== undefined && entry.timeMs > options.untilMs) return;
      if (wanted(entry)) yield cutLines > 0 ? skipLines(entry, cutLines) : entry;
      cutLines = wanted(entry) ? 0 : cutLines;
      continue;
    }
    if (number < log.first) {
      number = log.first;
      continue;
    }
    if (!options.follow || !log.open || options.signal?.aborted) return;
    await log.changed(options.signal);
  }
}

/** The entry with the first of the last `tail` lines, and how many of its lines come before them. */
function tailStart(
  log: ContainerLog,
  tail: number | undefined,
  wanted: (entry: LogEntry) => boolean,
): { number: number; skipLines: number } {
  if (tail === undefined) return { number: log.first, skipLines: 0 };
  let left = tail;
  for (let number = log.end - 1; number >= log.first; number--) {
    if (left <= 0) return { number: number + 1, skipLines: 0 };
    const entry = log.at(number);
    if (entry === undefined || !wanted(entry)) continue;
    const lines = linesOf(entry.bytes);
    if (lines > left) return { number, skipLines: lines - left };
    left -= lines;
  }
  return { number: tail <= 0 ? log.end : log.first, skipLines: 0 };
}

function linesOf(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count++;
  return bytes[bytes.byteLength - 1] === NEWLINE ? count : count + 1;
}

function skipLines(entry: LogEntry, count: number): LogEntry {
  let from = 0;
  for (let left = count; left > 0; left--) from = entry.bytes.indexOf(NEWLINE, from) + 1;
  return { ...entry, bytes: entry.bytes.subarray(from) };
}

/** One entry's lines apart, each with its newline where it has one: for timestamps before each. */
export function* splitLines(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
  let from = 0;
  while (from < bytes.byteLength) {
    const end = bytes.indexOf(NEWLINE, from);
    const to = end < 0 ? bytes.byteLength : end + 1;
    yield bytes.subarray(from, to);
    from = to;
  }
}
