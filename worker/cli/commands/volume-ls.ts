// `docker volume ls`

import type { WireVolume, WireVolumeList } from "../../api/wire/volume.ts";
import type { Command } from "../command.ts";
import { formatLabels } from "../container-row.ts";
import { checkFilter, formatFilters } from "../filters.ts";
import { flag } from "../flags.ts";
import { TABLE_FORMAT_FLAG } from "../format-flag.ts";
import { printRows } from "../format-rows.ts";
import { humanSize } from "../units.ts";

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
      goType: "*formatter.volumeContext",
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
