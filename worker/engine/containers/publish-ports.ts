// `-p` and `-P`: ports of the machine for ports of a container, taken when it starts, given back when it stops.

import { EngineError } from "../../base/errors.ts";
import type { PortTable } from "../networks/port-table.ts";
import type { ContainerRecord, PortBinding, PublishedPort } from "./container-record.ts";

/** `80/tcp`, `53/udp`, `80`. Throws Docker's words. */
export function parsePortKey(key: string): { port: number; protocol: "tcp" | "udp" } {
  const [portText = "", protocol = "tcp"] = key.split("/");
  const port = Number(portText);
  if (!/^\d{1,5}$/.test(portText) || port > 65_535)
    throw new EngineError("invalid-argument", `invalid port specification: "${key}"`);
  if (protocol !== "tcp" && protocol !== "udp")
    throw new EngineError(
      "invalid-argument",
      `invalid port specification: "${key}": invalid proto: ${protocol}`,
    );
  return { port, protocol };
}

/** Takes all ports of a container or none. Throws `Bind for 0.0.0.0:8080 failed: port is already allocated`. */
export function publishPorts(ports: PortTable, record: ContainerRecord): PublishedPort[] {
  const wanted = new Map<string, PortBinding[]>(Object.entries(record.host.portBindings));
  if (record.host.publishAllPorts)
    for (const key of record.config.exposedPorts) {
      if (!wanted.has(key)) wanted.set(key, [{ hostIp: "", hostPort: "" }]);
    }
  const published: PublishedPort[] = [];
  try {
    for (const [key, bindings] of wanted) {
      const { port, protocol } = parsePortKey(key);
      for (const binding of bindings) {
        const hostIp = binding.hostIp || "0.0.0.0";
        const hostPort = takePort(ports, protocol, hostIp, binding.hostPort);
        published.push({ protocol, containerPort: port, hostIp, hostPort });
      }
    }
  } catch (error) {
    unpublishPorts(ports, published);
    throw error;
  }
  return published;
}

export function unpublishPorts(ports: PortTable, published: readonly PublishedPort[]): void {
  for (const { protocol, hostIp, hostPort } of published) ports.release(protocol, hostIp, hostPort);
}

function takePort(ports: PortTable, protocol: string, hostIp: string, text: string): number {
  if (text === "" || text === "0") return ports.takeAny(protocol, hostIp);
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  const first = Number(match?.[1] ?? 65_536);
  const last = Number(match?.[2] ?? first);
  if (last > 65_535 || first > last)
    throw new EngineError("invalid-argument", `invalid port specification: "${text}"`);
  return ports.takeFromRange(protocol, hostIp, first, last);
}
