// `docker volume create`, `ls`, `rm`

import type { WireCreateVolume, WireVolume, WireVolumeList } from "../../api/wire/volume.ts";
import type { Command } from "../command.ts";
import { checkLabel } from "../container-checks.ts";
import { formatLabels } from "../container-row.ts";
import { checkFilter, formatFilters } from "../filters.ts";
import { flag } from "../flags.ts";
import { forEachName } from "../for-each-name.ts";
import { TABLE_FORMAT_FLAG } from "../format-flag.ts";
import { printRows } from "../format-rows.ts";
import { toMap } from "../key-values.ts";
import { humanSize } from "../units.ts";

export const volumeCreateCommand: Command = {
  paths: ["volume create"],
  summary: "Create a volume",
  usage: "[OPTIONS] [VOLUME]",
  flags: [
    flag("-d, --driver", "string", "Specify volume driver name", { default: "local" }),
    flag("--label", "list", "Set metadata for a volume", { check: checkLabel }),
    flag("--name", "string", "Specify volume name", { hidden: true }),
    flag("-o, --opt", "map", "Set driver specific options", { defaultHelp: "map[]" }),
  ],
  minArgs: 0,
  maxArgs: 1,
  completes: ["nothing"],
  async run({ api, args, flags, out }) {
    const name = args[0] ?? flags.text("name");
    const body: WireCreateVolume = {
      Driver: flags.text("driver"),
      ...(flags.wasSet("opt") ? { DriverOpts: toMap(flags.list("opt")) } : {}),
      ...(flags.wasSet("label") ? { Labels: toMap(flags.list("label")) } : {}),
      ...(name === "" ? {} : { Name: name }),
    };
    const volume = await api.json<WireVolume>("POST", "/volumes/create", { json: body });
    await out.line(volume.Name);
    return 0;
  },
};

export const volumeLsCommand: Command = {
  paths: ["volume ls", "volume list"],
  summary: "List volumes",
  usage: "[OPTIONS]",
  flags: [
    flag("-f, --filter", "filter", 'Provide filter values (e.g. "dangling=true")', { check: checkFilter }),
    TABLE_FORMAT_FLAG,
    flag("-q, --quiet", "bool", "Only display volume names"),
  ],
  minArgs: 0,
  maxArgs: 0,
  async run(context) {
    const { api, flags } = context;
    const { Volumes } = await api.json<WireVolumeList>("GET", "/volumes", {
      query: { filters: formatFilters(flags.list("filter")) },
    });
    const volumes = [...(Volumes ?? [])].sort((a, b) => (a.Name < b.Name ? -1 : 1));
    await printRows(context, volumes.map(volumeRow), {
      table: "{{.Driver}}\t{{.Name}}",
      quiet: "{{.Name}}",
      headings: VOLUME_HEADINGS,
    });
    return 0;
  },
};

export const VOLUME_HEADINGS = {
  Name: "VOLUME NAME",
  Driver: "DRIVER",
  Scope: "SCOPE",
  Mountpoint: "MOUNTPOINT",
  Labels: "LABELS",
  Links: "LINKS",
  Size: "SIZE",
  Availability: "AVAILABILITY",
  Group: "GROUP",
  Status: "STATUS",
};

export function volumeRow(volume: WireVolume) {
  const labels = volume.Labels ?? {};
  return {
    Name: volume.Name,
    Driver: volume.Driver,
    Scope: volume.Scope,
    Mountpoint: volume.Mountpoint,
    Labels: formatLabels(labels),
    Label: (name: unknown) => (Object.hasOwn(labels, String(name)) ? labels[String(name)] : ""),
    Links: volume.UsageData === undefined ? "N/A" : String(volume.UsageData.RefCount),
    Size: volume.UsageData === undefined ? "N/A" : humanSize(volume.UsageData.Size),
    Availability: "N/A",
    Group: "N/A",
    Status: "N/A",
  };
}

export const volumeRmCommand: Command = {
  paths: ["volume rm", "volume remove"],
  summary: "Remove one or more volumes",
  usage: "[OPTIONS] VOLUME [VOLUME...]",
  details: "A volume that a container uses cannot be removed.",
  flags: [flag("-f, --force", "bool", "Force the removal of one or more volumes")],
  minArgs: 1,
  maxArgs: Number.POSITIVE_INFINITY,
  completes: ["volume"],
  run: (context) =>
    forEachName(context, async (_, segment) => {
      await context.api.send("DELETE", `/volumes/${segment}`, {
        query: { force: context.flags.isOn("force") },
      });
      return undefined;
    }),
};
