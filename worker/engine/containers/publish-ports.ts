// `-p` and `-P`: ports of the machine for ports of a container, taken when it starts, given back when it stops.

import { EngineError } from "../../base/errors.ts";
import type { EngineContext } from "../engine-context.ts";
import type { PortTable, WantedPort } from "../networks/port-table.ts";
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

/** Takes all ports of a container or none. Rejects with `Bind for 0.0.0.0:8080 failed: port is already allocated`. */
export async function publishPorts(
  { ports, settings }: Pick<EngineContext, "ports" | "settings">,
  record: ContainerRecord,
  address: () => string | undefined,
): Promise<PublishedPort[]> {
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
        const hostIp = binding.hostIp || settings.publishAddress;
        const target = () => {
          const to = address();
          return to === undefined ? undefined : { address: to, port };
        };
        const hostPort = await takePort(ports, { protocol, hostIp, target }, binding.hostPort);
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

async function takePort(ports: PortTable, wanted: WantedPort, text: string): Promise<number> {
  if (text === "" || text === "0") return ports.takeAny(wanted);
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  const first = Number(match?.[1] ?? 65_536);
  const last = Number(match?.[2] ?? first);
  if (last > 65_535 || first > last)
    throw new EngineError("invalid-argument", `invalid port specification: "${text}"`);
  return ports.take(wanted, first, last);
}
