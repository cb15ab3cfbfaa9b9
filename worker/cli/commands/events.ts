// `docker events`

import type { WireEvent } from "../../api/wire/event.ts";
import type { Command, CommandContext } from "../command.ts";
import { checkFilter, formatFilters } from "../filters.ts";
import { flag } from "../flags.ts";
import { objectFormatFlag } from "../format-flag.ts";
import { parseTimestamp } from "../go-duration.ts";
import { jsonTexts, parseJson } from "../json-stream.ts";
import { compileTemplate } from "../template.ts";
import { untilInterrupted } from "../until-interrupted.ts";

export const eventsCommand: Command = {
  paths: ["system events", "events"],
  summary: "Get real time events from the server",
  usage: "[OPTIONS]",
  flags: [
    flag("-f, --filter", "filter", "Filter output based on conditions provided", { check: checkFilter }),
    objectFormatFlag(false),
    flag("--since", "string", "Show all events created since timestamp"),
    flag("--until", "string", "Stream events until this timestamp"),
  ],
  minArgs: 0,
  maxArgs: 0,
  run: (context) => untilInterrupted(context.session, (signal) => printEvents(context, signal)),
};

async function printEvents({ api, flags, out }: CommandContext, signal: AbortSignal): Promise<number> {
  const now = Date.now();
  const timestamp = (text: string) => (text === "" ? "" : parseTimestamp(text, now));
  const print = eventPrinter(flags.text("format"));
  const response = await api.call("GET", "/events", {
    query: {
      since: timestamp(flags.text("since")),
      until: timestamp(flags.text("until")),
      filters: formatFilters(flags.list("filter")),
    },
    signal,
  });
  if (response.body === null) return 0;
  for await (const text of jsonTexts(response.body)) await out.line(print(text));
  return 0;
}

/** From an event's JSON to its line. */
function eventPrinter(format: string): (json: string) => string {
  if (format === "json") return (json) => json;
  if (format === "") return (json) => describeEvent(parseJson<WireEvent>(json), json);
  const template = compileTemplate(format.replaceAll("\\t", "\t"), {
    optional: new Map([
      ["status", ""],
      ["id", ""],
      ["from", ""],
      ["Status", ""],
      ["From", ""],
    ]),
  });
  return (json) => {
    const event = parseJson<WireEvent>(json);
    return template.run({
      ...event,
      Status: event.status ?? "",
      ID: event.id ?? event.Actor.ID,
      From: event.from ?? "",
      Scope: event.scope,
      Time: event.time,
      TimeNano: event.timeNano,
    });
  };
}

function describeEvent(event: WireEvent, json: string): string {
  const attributes = Object.entries(event.Actor.Attributes ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`);
  const suffix = attributes.length === 0 ? "" : ` (${attributes.join(", ")})`;
  return `${eventTime(event, json)} ${event.Type} ${event.Action} ${event.Actor.ID}${suffix}`;
}

/** With all nine digits of the second: they are read from the text, since no number of ours holds them. */
function eventTime(event: WireEvent, json: string): string {
  const digits = /"timeNano":\s*(\d{10,})/.exec(json)?.[1];
  const seconds = digits === undefined ? event.time : Number(digits.slice(0, -9));
  const nanoseconds = digits?.slice(-9) ?? "000000000";
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${nanoseconds}Z`;
}
