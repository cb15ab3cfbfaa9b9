// Small questions about one container: top, port, diff, and rename.

import type { WireContainerInspect } from "../../api/wire/container-inspect.ts";
import type { WireChange, WireTop } from "../../api/wire/container-summary.ts";
import { messageOf } from "../../base/errors.ts";
import { CliError } from "../cli-error.ts";
import type { Command } from "../command.ts";
import { nameSegment } from "../for-each-name.ts";
import { joinHost } from "../format-ports.ts";
import { formatTable } from "../table.ts";

export const topCommand: Command = {
  paths: ["container top", "top"],
  summary: "Display the running processes of a container",
  usage: "CONTAINER [ps OPTIONS]",
  flags: [],
  minArgs: 1,
  maxArgs: Number.POSITIVE_INFINITY,
  ownsRest: true,
  completes: ["running", "nothing"],
  async run({ api, args, out }) {
    const [name = "", ...psArguments] = args;
    const top = await api.json<WireTop>("GET", `/containers/${nameSegment(name)}/top`, {
      query: { ps_args: psArguments.join(" ") },
    });
    await out.write(formatTable([top.Titles, ...top.Processes], { minWidth: 20, padding: 3 }));
    return 0;
  },
};

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
    if (!/^\d{1,5}\//.test(port)) throw new CliError(`Error: invalid port: ${wanted}`);
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

export const diffCommand: Command = {
  paths: ["container diff", "diff"],
  summary: "Inspect changes to files or directories on a container's filesystem",
  usage: "CONTAINER",
  flags: [],
  minArgs: 1,
  maxArgs: 1,
  completes: ["container", "nothing"],
  async run({ api, args, out }) {
    const changes = await api.json<WireChange[] | null>(
      "GET",
      `/containers/${nameSegment(args[0]!)}/changes`,
    );
    await out.write((changes ?? []).map(({ Kind, Path }) => `${"CAD"[Kind] ?? "?"} ${Path}\n`).join(""));
    return 0;
  },
};

export const renameCommand: Command = {
  paths: ["container rename", "rename"],
  summary: "Rename a container",
  usage: "CONTAINER NEW_NAME",
  flags: [],
  minArgs: 2,
  maxArgs: 2,
  completes: ["container", "nothing"],
  async run({ api, args }) {
    const [oldName = "", newName = ""] = args.map((name) => name.trim());
    if (oldName === "" || newName === "") throw new CliError("Error: Neither old nor new names may be empty");
    try {
      await api.send("POST", `/containers/${nameSegment(oldName)}/rename`, { query: { name: newName } });
    } catch (error) {
      throw new CliError(`${messageOf(error)}\nError: failed to rename container named ${oldName}`, 1, {
        cause: error,
      });
    }
    return 0;
  },
};
