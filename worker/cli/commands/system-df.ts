// `docker system df`: how much of the disk what takes.

import type { WireContainerSummary } from "../../api/wire/container-summary.ts";
import type { WireDiskUsage } from "../../api/wire/system.ts";
import type { Command } from "../command.ts";
import { containerFormat, containerRow } from "../container-row.ts";
import { flag } from "../flags.ts";
import { TABLE_FORMAT_FLAG } from "../format-flag.ts";
import { formatRows, type Row } from "../format-rows.ts";
import { humanSize } from "../units.ts";
import { IMAGE_HEADINGS, imageRows } from "./images.ts";
import { VOLUME_HEADINGS, volumeRow } from "./volume-ls.ts";

export const systemDfCommand: Command = {
  paths: ["system df"],
  summary: "Show docker disk usage",
  usage: "[OPTIONS]",
  flags: [TABLE_FORMAT_FLAG, flag("-v, --verbose", "bool", "Show detailed information on space usage")],
  minArgs: 0,
  maxArgs: 0,
  async run({ api, flags, out }) {
    const usage = await api.json<WireDiskUsage>("GET", "/system/df");
    if (flags.isOn("verbose") && flags.text("format") === "") {
      await out.write(describeAll(usage));
      return 0;
    }
    const rows = [imagesRow(usage), containersRow(usage), volumesRow(usage), cacheRow()];
    await out.write(
      formatRows(rows, flags.text("format"), {
        table: "{{.Type}}\t{{.TotalCount}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}",
        headings: {
          Type: "TYPE",
          TotalCount: "TOTAL",
          Active: "ACTIVE",
          Size: "SIZE",
          Reclaimable: "RECLAIMABLE",
        },
      }),
    );
    return 0;
  },
};

function usageRow(type: string, total: number, active: number, size: number, reclaimable: number): Row {
  const percent = size > 0 ? ` (${Math.trunc((reclaimable * 100) / size)}%)` : "";
  return {
    Type: type,
    TotalCount: String(total),
    Active: String(active),
    Size: humanSize(size),
    Reclaimable: humanSize(reclaimable) + percent,
  };
}

/** What no container uses; layers that images share are counted once. */
function imagesRow({ Images, LayersSize = 0 }: WireDiskUsage): Row {
  const images = Images ?? [];
  const used = images.filter(({ Containers }) => Containers !== 0);
  const usedBytes = used
    .filter(({ Size, SharedSize }) => Size >= 0 && SharedSize >= 0)
    .reduce((sum, { Size, SharedSize }) => sum + Size - SharedSize, 0);
  const active = images.filter(({ Containers }) => Containers > 0).length;
  return usageRow("Images", images.length, active, LayersSize, Math.max(0, LayersSize - usedBytes));
}

function containersRow({ Containers }: WireDiskUsage): Row {
  const containers = Containers ?? [];
  const isActive = ({ State }: WireContainerSummary) => ["running", "paused", "restarting"].includes(State);
  const bytes = (list: readonly WireContainerSummary[]) =>
    list.reduce((sum, { SizeRw = 0 }) => sum + SizeRw, 0);
  const idle = containers.filter((container) => !isActive(container));
  return usageRow(
    "Containers",
    containers.length,
    containers.length - idle.length,
    bytes(containers),
    bytes(idle),
  );
}

function volumesRow({ Volumes }: WireDiskUsage): Row {
  const volumes = Volumes ?? [];
  const size = (list: typeof volumes) =>
    list.reduce((sum, { UsageData }) => sum + Math.max(0, UsageData?.Size ?? 0), 0);
  const idle = volumes.filter(({ UsageData }) => (UsageData?.RefCount ?? 0) === 0);
  return usageRow("Local Volumes", volumes.length, volumes.length - idle.length, size(volumes), size(idle));
}

/** There is no build cache yet. */
function cacheRow(): Row {
  return usageRow("Build Cache", 0, 0, 0, 0);
}

function describeAll(usage: WireDiskUsage): string {
  const now = Date.now();
  const images = formatRows(
    (usage.Images ?? []).flatMap((image) => imageRows(image, { digests: false, truncate: true, now })),
    "",
    {
      table:
        "{{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}\t{{.SharedSize}}\t{{.UniqueSize}}\t{{.Containers}}",
      headings: IMAGE_HEADINGS,
    },
  );
  const containers = formatRows(
    (usage.Containers ?? []).map((container) => ({
      ...containerRow(container, true, now),
      Size: humanSize(container.SizeRw ?? 0, 3),
    })),
    "",
    {
      ...containerFormat(false),
      table:
        "{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.LocalVolumes}}\t{{.Size}}\t{{.RunningFor}}\t{{.Status}}\t{{.Names}}",
    },
  );
  const volumes = formatRows((usage.Volumes ?? []).map(volumeRow), "", {
    table: "{{.Name}}\t{{.Links}}\t{{.Size}}",
    headings: VOLUME_HEADINGS,
  });
  return `Images space usage:\n\n${images}\nContainers space usage:\n\n${containers}\nLocal Volumes space usage:\n\n${volumes}\nBuild cache usage: 0B\n\nCACHE ID   CACHE TYPE   SIZE      CREATED   LAST USED   USAGE     SHARED\n`;
}
