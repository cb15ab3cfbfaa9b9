// What pull, load and import show of their JSON stream: on a terminal one line a layer, redrawn in place; elsewhere plain lines
// without the bars.

import type { WireProgress } from "../api/wire/progress.ts";
import { CliError } from "./cli-error.ts";
import { jsonObjects } from "./json-stream.ts";
import type { TextSink } from "./text-sink.ts";
import { humanSize } from "./units.ts";

const ESC = "\x1b";

/** `columns`: the terminal's width, undefined when the output is none. Rejects with a CliError when the stream tells of a failure. */
export async function showProgress(
  stream: ReadableStream<Uint8Array>,
  out: TextSink,
  columns: number | undefined,
): Promise<void> {
  const lines = new Map<string, number>();
  for await (const message of jsonObjects<WireProgress>(stream)) {
    if (message.errorDetail !== undefined || message.error !== undefined)
      throw new CliError(message.errorDetail?.message ?? message.error ?? "unknown error");
    if (message.aux !== undefined) continue;
    await out.write(columns === undefined ? plainLine(message) : terminalLine(message, lines, columns));
  }
}

function plainLine(message: WireProgress): string {
  if (message.stream !== undefined) return message.stream;
  if (hasBar(message) || message.status === undefined) return "";
  return `${prefix(message)}${message.status}\n`;
}

function terminalLine(message: WireProgress, lines: Map<string, number>, columns: number): string {
  if (message.stream !== undefined && message.stream !== "") return message.stream;
  if (
    message.id === undefined ||
    message.id === "" ||
    (message.progressDetail === undefined && !lines.has(message.id))
  ) {
    lines.clear();
    return message.status === undefined ? "" : `${prefix(message)}${message.status}\n`;
  }
  const known = lines.get(message.id);
  if (known === undefined) lines.set(message.id, lines.size);
  const up = known === undefined ? 0 : lines.size - known;
  const bar = hasBar(message) ? ` ${formatBar(message, columns)}` : "";
  const text = `${ESC}[2K\r${prefix(message)}${message.status ?? ""}${bar}`;
  return up === 0 ? `${text}\n` : `${ESC}[${up}A${text}\r${ESC}[${up}B`;
}

function hasBar({ progressDetail }: WireProgress): boolean {
  return (progressDetail?.current ?? 0) > 0 || (progressDetail?.total ?? 0) > 0;
}

function prefix(message: WireProgress): string {
  return message.id === undefined || message.id === "" ? "" : `${message.id}: `;
}

/** `[=====>      ]  1.2MB/3.4MB`; without the bar on a narrow terminal. */
function formatBar({ progressDetail }: WireProgress, columns: number): string {
  const current = progressDetail?.current ?? 0;
  const total = progressDetail?.total ?? 0;
  if (total <= 0) return humanSize(current).padStart(8);
  const half = Math.min(50, Math.trunc((current / total) * 50));
  const blanks = 50 - half;
  const bar = columns > 110 ? `[${"=".repeat(half)}>${" ".repeat(blanks)}] ` : "";
  const shown =
    current > total
      ? humanSize(current).padStart(8)
      : `${humanSize(current).padStart(8)}/${humanSize(total)}`;
  return bar + shown;
}
