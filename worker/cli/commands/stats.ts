// `docker stats`: a table that is redrawn while it lasts, or once with --no-stream.

import type { WireContainerStats } from "../../api/wire/container-stats.ts";
import type { WireContainerSummary } from "../../api/wire/container-summary.ts";
import { ApiError } from "../api-client.ts";
import type { Command, CommandContext } from "../command.ts";
import { missingStatsRow, statsRow } from "../container-stats.ts";
import { flag } from "../flags.ts";
import { nameSegment } from "../for-each-name.ts";
import { TABLE_FORMAT_FLAG } from "../format-flag.ts";
import { formatRows, type Row } from "../format-rows.ts";
import { jsonObjects } from "../json-stream.ts";
import { shortId } from "../units.ts";
import { untilInterrupted } from "../until-interrupted.ts";

const FORMAT = {
  table: "{{.ID}}\t{{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}\t{{.MemPerc}}\t{{.NetIO}}\t{{.BlockIO}}\t{{.PIDs}}",
  goType: "*container.statsContext",
  headings: {
    Container: "CONTAINER",
    Name: "NAME",
    ID: "CONTAINER ID",
    CPUPerc: "CPU %",
    MemUsage: "MEM USAGE / LIMIT",
    MemPerc: "MEM %",
    NetIO: "NET I/O",
    BlockIO: "BLOCK I/O",
    PIDs: "PIDS",
  },
};

export const statsCommand: Command = {
  paths: ["container stats", "stats"],
  summary: "Display a live stream of container(s) resource usage statistics",
  usage: "[OPTIONS] [CONTAINER...]",
  flags: [
    flag("-a, --all", "bool", "Show all containers (default shows just running)"),
    TABLE_FORMAT_FLAG,
    flag("--no-stream", "bool", "Disable streaming stats and only pull the first result"),
    flag("--no-trunc", "bool", "Do not truncate output"),
  ],
  minArgs: 0,
  maxArgs: Number.POSITIVE_INFINITY,
  completes: ["running"],
  run: (context) =>
    context.flags.isOn("no-stream")
      ? printOnce(context)
      : untilInterrupted(context.session, (signal) => follow(context, signal)),
};

async function printOnce(context: CommandContext): Promise<number> {
  const { api, flags, out } = context;
  const truncate = !flags.isOn("no-trunc");
  const names = context.args.length > 0 ? context.args : await listNames(context);
  const rows = await Promise.all(
    names.map(async (name) => {
      const path = `/containers/${nameSegment(name)}/stats`;
      return statsRow(
        name,
        await api.json<WireContainerStats>("GET", path, { query: { stream: 0 } }),
        truncate,
      );
    }),
  );
  await out.write(formatRows(rows, flags.text("format"), FORMAT));
  return 0;
}

async function listNames({ api, flags }: CommandContext): Promise<string[]> {
  const containers = await api.json<WireContainerSummary[]>("GET", "/containers/json", {
    query: { all: flags.isOn("all") },
  });
  return containers.map(({ Id }) => shortId(Id));
}

/** Each container's stream fills its row; the table is redrawn as rows change, once for all that changed together. */
async function follow(context: CommandContext, signal: AbortSignal): Promise<number> {
  const { flags, out, session, args } = context;
  const names = args.length > 0 ? args : await listNames(context);
  const rows = new Map<string, Row>(names.map((name) => [name, missingStatsRow(name)]));
  let drawing = Promise.resolve();
  let waiting = false;
  const draw = () => {
    if (waiting) return;
    waiting = true;
    drawing = drawing.then(async () => {
      waiting = false;
      const table = formatRows([...rows.values()], flags.text("format"), FORMAT);
      await out.write(session.isTerminal.stdout ? redraw(table) : table);
    });
    drawing.catch(() => {});
  };
  const streams = names.map((name) => followOne(context, name, signal, rows, draw));
  await Promise.all(streams);
  await drawing;
  return 0;
}

async function followOne(
  { api, flags }: CommandContext,
  name: string,
  signal: AbortSignal,
  rows: Map<string, Row>,
  draw: () => void,
): Promise<void> {
  const response = await api.call("GET", `/containers/${nameSegment(name)}/stats`, {
    query: { stream: 1 },
    signal,
  });
  if (response.body === null) throw new ApiError(500, "no stats");
  for await (const stats of jsonObjects<WireContainerStats>(response.body)) {
    rows.set(name, statsRow(name, stats, !flags.isOn("no-trunc")));
    draw();
  }
  rows.set(name, missingStatsRow(name));
  draw();
}

/** From the top left corner, clearing what was longer before. */
function redraw(table: string): string {
  return `\x1b[H${table.replaceAll("\n", "\x1b[K\n")}\x1b[J`;
}
