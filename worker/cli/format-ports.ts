// Published ports as `ps` shows them: `0.0.0.0:8080->80/tcp, 9000-9002/tcp`, neighbours joined into ranges.

import type { WirePort } from "../api/wire/container-summary.ts";

interface PortRun {
  readonly host: string;
  readonly protocol: string;
  readonly publicOffset: number | undefined;
  first: number;
  last: number;
}

export function formatPorts(ports: readonly WirePort[] | null): string {
  const runs: PortRun[] = [];
  for (const port of [...(ports ?? [])].sort(comparePorts)) {
    const offset = port.PublicPort ? port.PublicPort - port.PrivatePort : undefined;
    const run = runs.findLast((candidate) => continues(candidate, port, offset));
    if (run !== undefined) run.last = port.PrivatePort;
    else
      runs.push({
        host: port.IP ?? "",
        protocol: port.Type,
        publicOffset: offset,
        first: port.PrivatePort,
        last: port.PrivatePort,
      });
  }
  return runs.map(formatRun).join(", ");
}

function continues(run: PortRun, port: WirePort, offset: number | undefined): boolean {
  const near = port.PrivatePort === run.last + 1 || port.PrivatePort === run.last;
  return near && run.host === (port.IP ?? "") && run.protocol === port.Type && run.publicOffset === offset;
}

function formatRun({ host, protocol, publicOffset, first, last }: PortRun): string {
  const inside = `${formatRange(first, last)}/${protocol}`;
  if (publicOffset === undefined) return inside;
  const address = host.includes(":") ? `[${host}]` : host;
  const outside = formatRange(first + publicOffset, last + publicOffset);
  return `${address === "" ? "" : `${address}:`}${outside}->${inside}`;
}

function formatRange(first: number, last: number): string {
  return first === last ? String(first) : `${first}-${last}`;
}

function comparePorts(a: WirePort, b: WirePort): number {
  return (
    a.PrivatePort - b.PrivatePort ||
    (a.IP ?? "").localeCompare(b.IP ?? "") ||
    (a.PublicPort ?? 0) - (b.PublicPort ?? 0) ||
    a.Type.localeCompare(b.Type)
  );
}
