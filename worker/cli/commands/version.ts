// `docker version`

import type { WireVersion } from "../../api/wire/system.ts";
import { messageOf } from "../../base/errors.ts";
import { CLIENT_INFO } from "../client-version.ts";
import type { Command } from "../command.ts";
import { objectFormatFlag } from "../format-flag.ts";
import { formatObject } from "../format-objects.ts";

export const versionCommand: Command = {
  paths: ["version"],
  summary: "Show the Docker version information",
  usage: "[OPTIONS]",
  flags: [objectFormatFlag(true)],
  minArgs: 0,
  maxArgs: 0,
  async run({ api, flags, out, err }) {
    const format = flags.text("format");
    let server: WireVersion | undefined;
    let failure: string | undefined;
    try {
      server = await api.json<WireVersion>("GET", "/version");
    } catch (error) {
      failure = messageOf(error);
    }
    const text =
      format === ""
        ? describe(server)
        : `${formatObject({ Client: CLIENT_INFO, Server: server ?? null }, format)}\n`;
    await out.write(text);
    if (failure !== undefined) await err.line(failure);
    return failure === undefined ? 0 : 1;
  },
};

function describe(server: WireVersion | undefined): string {
  const lines = [
    "Client:",
    row(" Version:", CLIENT_INFO.Version),
    row(" API version:", CLIENT_INFO.ApiVersion),
    row(" OS/Arch:", `${CLIENT_INFO.Os}/${CLIENT_INFO.Arch}`),
    row(" Context:", CLIENT_INFO.Context),
  ];
  if (server !== undefined) {
    lines.push("", `Server:${server.Platform?.Name ? ` ${server.Platform.Name}` : ""}`);
    for (const component of server.Components ?? []) lines.push(...describeComponent(component));
  }
  return `${lines.join("\n")}\n`;
}

function describeComponent({ Name, Version, Details = {} }: WireVersion["Components"][number]): string[] {
  const lines = [` ${Name}:`, row("  Version:", Version)];
  if (Name !== "Engine")
    return [...lines, ...Object.entries(Details).map(([key, value]) => row(`  ${key}:`, value))];
  const minimum = Details.MinAPIVersion ? ` (minimum version ${Details.MinAPIVersion})` : "";
  return [
    ...lines,
    row("  API version:", `${Details.ApiVersion ?? ""}${minimum}`),
    row("  Go version:", Details.GoVersion ?? ""),
    row("  Git commit:", Details.GitCommit ?? ""),
    row("  Built:", formatBuildTime(Details.BuildTime ?? "")),
    row("  OS/Arch:", `${Details.Os ?? ""}/${Details.Arch ?? ""}`),
    row("  Experimental:", Details.Experimental ?? "false"),
  ];
}

function row(name: string, value: string): string {
  return name.padEnd(20) + value;
}

/** `Mon Jan  2 15:04:05 2006` */
function formatBuildTime(text: string): string {
  const time = Date.parse(text);
  if (Number.isNaN(time)) return text;
  const [weekday = "", day = "", month = "", year = "", clock = ""] = new Date(time)
    .toUTCString()
    .split(/[\s,]+/);
  return `${weekday} ${month} ${String(Number(day)).padStart(2)} ${clock} ${year}`;
}
