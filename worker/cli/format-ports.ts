// Published ports as `ps` shows them: `9000-9002/tcp, 0.0.0.0:8080->80/tcp`, neighbours joined into ranges where the port is
// the same on both sides.

import type { WirePort } from "../api/wire/container-summary.ts";

interface PortRun {
  readonly address: string;
  readonly protocol: string;
  first: number;
  last: number;
}

export function formatPorts(ports: readonly WirePort[] | null): string {
  const finished: PortRun[] = [];
  const open = new Map<string, PortRun>();
  const moved: string[] = [];
  for (const port of [...(ports ?? [])].sort(comparePorts)) {
    const address = port.IP === undefined || port.IP === "" ? "" : joinHost(port.IP);
    if (address !== "" && port.PublicPort !== port.PrivatePort) {
      moved.push(`${address}:${port.PublicPort ?? 0}->${port.PrivatePort}/${port.Type}`);
      continue;
    }
    const key = `${address}/${port.Type}`;
    const run = open.get(key);
    if (run !== undefined && port.PrivatePort === run.last + 1) run.last++;
    else if (run === undefined || port.PrivatePort !== run.last) {
      if (run !== undefined) finished.push({ ...run });
      const fresh = { address, protocol: port.Type, first: port.PrivatePort, last: port.PrivatePort };
      if (run === undefined) open.set(key, fresh);
      else Object.assign(run, fresh);
    }
  }
  return [...[...finished, ...open.values()].map(formatRun), ...moved].join(", ");
}

function formatRun({ address, protocol, first, last }: PortRun): string {
  const range = first === last ? String(first) : `${first}-${last}`;
  return address === "" ? `${range}/${protocol}` : `${address}:${range}->${range}/${protocol}`;
}

/** An IPv6 address in brackets. */
export function joinHost(address: string): string {
  return address.includes(":") ? `[${address}]` : address;
}

function comparePorts(a: WirePort, b: WirePort): number {
  return (
    a.PrivatePort - b.PrivatePort ||
    compareText(a.IP ?? "", b.IP ?? "") ||
    (a.PublicPort ?? 0) - (b.PublicPort ?? 0) ||
    compareText(a.Type, b.Type)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
