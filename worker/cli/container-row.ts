// One container as `ps` and its templates see it.

import type { WireContainerSummary } from "../api/wire/container-summary.ts";
import { formatPorts } from "./format-ports.ts";
import type { Row, RowFormat } from "./format-rows.ts";
import { ellipsis, goTime, humanAgo, humanSize, shortId } from "./units.ts";

const TABLE = "{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}";

export function containerFormat(withSize: boolean): RowFormat {
  return {
    table: withSize ? `${TABLE}\t{{.Size}}` : TABLE,
    quiet: "{{.ID}}",
    parsesFirst: true,
    goType: "*formatter.ContainerContext",
    headings: {
      ID: "CONTAINER ID",
      Names: "NAMES",
      Image: "IMAGE",
      Command: "COMMAND",
      CreatedAt: "CREATED AT",
      RunningFor: "CREATED",
      Ports: "PORTS",
      State: "STATE",
      Status: "STATUS",
      Size: "SIZE",
      Labels: "LABELS",
      LocalVolumes: "LOCAL VOLUMES",
      Mounts: "MOUNTS",
      Networks: "NETWORKS",
    },
  };
}

export function containerRow(container: WireContainerSummary, truncate: boolean, nowMs: number): Row {
  const names = (container.Names ?? []).map((name) => name.replace(/^\//, ""));
  // A name with a slash is a link of another container.
  const shownNames = truncate ? names.filter((name) => !name.includes("/")) : names;
  const labels = container.Labels ?? {};
  const mounts = (container.Mounts ?? []).map((mount) => mount.Name || mount.Source);
  return {
    ID: truncate ? shortId(container.Id) : container.Id,
    Names: shownNames.join(","),
    Image: imageName(container, truncate),
    Command: JSON.stringify(truncate ? ellipsis(container.Command, 20) : container.Command),
    CreatedAt: goTime(container.Created * 1000),
    RunningFor: humanAgo(container.Created * 1000, nowMs),
    Ports: formatPorts(container.Ports),
    State: container.State,
    Status: container.Status,
    Size: formatSizes(container),
    Labels: formatLabels(labels),
    Label: (name: unknown) => (Object.hasOwn(labels, String(name)) ? labels[String(name)] : ""),
    LocalVolumes: String((container.Mounts ?? []).filter((mount) => mount.Driver === "local").length),
    Mounts: mounts.map((mount) => (truncate ? ellipsis(mount, 15) : mount)).join(","),
    Networks: Object.keys(container.NetworkSettings?.Networks ?? {}).join(","),
    // Of another machine than the daemon's own, which there is not.
    Platform: null,
  };
}

/** `a=b,c=d` */
export function formatLabels(labels: Readonly<Record<string, string>> | null | undefined): string {
  return Object.entries(labels ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join(",");
}

function imageName({ Image, ImageID }: WireContainerSummary, truncate: boolean): string {
  if (Image === "") return "<no image>";
  if (!truncate) return Image;
  if (Image === ImageID || /^sha256:[0-9a-f]{64}$/.test(Image)) return shortId(Image);
  return Image.replace(/@sha256:[0-9a-f]{64}$/, "");
}

function formatSizes({ SizeRw = 0, SizeRootFs = 0 }: WireContainerSummary): string {
  const writable = humanSize(SizeRw, 3);
  return SizeRootFs > 0 ? `${writable} (virtual ${humanSize(SizeRootFs, 3)})` : writable;
}
