// `docker port`

import type { WireContainerInspect } from "../../api/wire/container-inspect.ts";
import { CliError } from "../cli-error.ts";
import type { Command } from "../command.ts";
import { nameSegment } from "../for-each-name.ts";
import { joinHost } from "../format-ports.ts";

export const portCommand: Command = {
  paths: ["container port", "port"],
  summary: "List port mappings or a specific mapping for the container",
  usage: "CONTAINER [PRIVATE_PORT[/PROTO]]",
  flags: [],
  minArgs: 1,
  maxArgs: 2,
  completes: ["running", "nothing"],
  async run({ api, args, out }) {
    const [name = "", wanted] = args;
    const container = await api.json<WireContainerInspect>("GET", `/containers/${nameSegment(name)}/json`);
    const published = Object.entries(container.NetworkSettings.Ports ?? {}).flatMap(([port, bindings]) =>
      (bindings ?? []).map(({ HostIp = "", HostPort = "" }) => ({
        port,
        host: `${joinHost(HostIp)}:${HostPort}`,
      })),
    );
    if (wanted === undefined) {
      const lines = published.map(({ port, host }) => `${port} -> ${host}`).sort(comparePortLines);
      await out.write(lines.map((line) => `${line}\n`).join(""));
      return 0;
    }
    const port = wanted.includes("/") ? wanted.toLowerCase() : `${wanted}/tcp`;
    const [number = ""] = port.split("/");
    if (!/^\d+$/.test(number) || Number(number) > 65_535)
      throw new CliError(
        `Error: invalid port (${number}): strconv.ParseUint: parsing ${JSON.stringify(number)}: ${/^\d+$/.test(number) ? "value out of range" : "invalid syntax"}`,
      );
    const hosts = published.filter((entry) => entry.port === port);
    if (hosts.length === 0) throw new CliError(`Error: No public port '${port}' published for ${name}`);
    await out.write(
      hosts
        .map(({ host }) => `${host}\n`)
        .sort()
        .join(""),
    );
    return 0;
  },
};

function comparePortLines(a: string, b: string): number {
  return Number.parseInt(a, 10) - Number.parseInt(b, 10) || (a < b ? -1 : 1);
}
