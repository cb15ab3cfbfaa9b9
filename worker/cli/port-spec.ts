// `-p [[IP:][HOST]:]CONTAINER[/PROTOCOL]`, ranges on either side, and --expose.

import type { WirePortBinding } from "../api/wire/container-config.ts";
import { splitCommas } from "./flags.ts";

export interface PublishedPorts {
  /** `80/tcp` */
  readonly exposed: ReadonlySet<string>;
  readonly bindings: ReadonlyMap<string, WirePortBinding[]>;
}

type PortRange = readonly [first: number, last: number];

/** Throws an Error with Docker's reason. */
export function parsePorts(publish: readonly string[], expose: readonly string[]): PublishedPorts {
  const exposed = new Set<string>();
  const bindings = new Map<string, WirePortBinding[]>();
  for (const spec of publish)
    for (const { port, binding } of parsePublish(spec.includes("=") ? fromLongForm(spec) : spec)) {
      exposed.add(port);
      const known = bindings.get(port);
      if (known === undefined) bindings.set(port, [binding]);
      else known.push(binding);
    }
  for (const spec of expose) for (const port of parseExpose(spec)) exposed.add(port);
  return { exposed, bindings };
}

function fromLongForm(spec: string): string {
  const fields: Record<string, string> = {};
  for (const field of splitCommas(spec)) {
    const equals = field.indexOf("=");
    const key = field.slice(0, Math.max(0, equals));
    if (!["target", "published", "protocol", "mode", "name", "app_protocol"].includes(key))
      throw new Error(`invalid field key ${equals < 0 ? field : key}`);
    fields[key] = field.slice(equals + 1);
  }
  if (fields.target === undefined)
    throw new Error("invalid publish opts format (should be name=value but got)");
  const host = fields.published === undefined ? "" : `${fields.published}:`;
  return `${host}${fields.target}/${fields.protocol ?? "tcp"}`;
}

function parsePublish(spec: string): { port: string; binding: WirePortBinding }[] {
  const [address, protocol] = splitProtocol(spec);
  const parts = /^(?:(?:(\[[^\]]*\]|[^[]*):)?([^:[\]]*):)?([^:]*)$/s.exec(address);
  const [, ip = "", host = "", container = ""] = parts ?? [];
  if (container === "") throw new Error(`no port specified: ${spec}<empty>`);
  const containerRange = parseRange(container, "containerPort");
  const hostRange = host === "" ? undefined : parseRange(host, "hostPort");
  const hostIp = parseHostIp(ip);
  const count = containerRange[1] - containerRange[0];
  if (hostRange !== undefined && hostRange[1] - hostRange[0] !== count && count !== 0)
    throw new Error(`invalid ranges specified for container and host Ports: ${container} and ${host}`);
  return Array.from({ length: count + 1 }, (_, index) => ({
    port: `${containerRange[0] + index}/${protocol}`,
    binding: { HostIp: hostIp, HostPort: hostPortAt(hostRange, index, count) },
  }));
}

/** One container port and several host ports: the engine takes a free one of the range. */
function hostPortAt(range: PortRange | undefined, index: number, count: number): string {
  if (range === undefined) return "";
  if (count === 0 && range[0] !== range[1]) return `${range[0]}-${range[1]}`;
  return String(range[0] + index);
}

function parseExpose(spec: string): string[] {
  const [range, protocol] = splitProtocol(spec);
  try {
    const [first, last] = parseRange(range, "expose");
    return Array.from({ length: last - first + 1 }, (_, index) => `${first + index}/${protocol}`);
  } catch {
    const [first, last] = range.split("-").map(Number);
    if (first !== undefined && last !== undefined && last < first && last < 65_536 && first < 65_536)
      throw new Error(
        `invalid range format for --expose: ${spec}, error: invalid range specified for port: ${range}`,
      );
    const bad = range.split("-").find((part) => !/^\d+$/.test(part)) ?? range;
    const why = /^\d+$/.test(bad) ? "value out of range" : "invalid syntax";
    throw new Error(
      `invalid range format for --expose: ${spec}, error: strconv.ParseUint: parsing ${JSON.stringify(bad)}: ${why}`,
    );
  }
}

function splitProtocol(spec: string): [address: string, protocol: string] {
  const slash = spec.lastIndexOf("/");
  if (slash < 0) return [spec, "tcp"];
  const protocol = spec.slice(slash + 1).toLowerCase();
  if (protocol === "") return [spec.slice(0, slash), "tcp"];
  if (!["tcp", "udp", "sctp"].includes(protocol)) throw new Error(`invalid proto: ${spec.slice(slash + 1)}`);
  return [spec.slice(0, slash), protocol];
}

function parseRange(text: string, what: string): PortRange {
  const parts = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  const first = Number(parts?.[1]);
  const last = parts?.[2] === undefined ? first : Number(parts[2]);
  if (parts === null || first > 65_535 || last > 65_535 || last < first)
    throw new Error(`invalid ${what}: ${text}`);
  return [first, last];
}

function parseHostIp(text: string): string {
  if (text === "") return "";
  const inner = text.startsWith("[") ? text.slice(1, -1) : text;
  const isIpv4 =
    /^\d{1,3}(\.\d{1,3}){3}$/.test(inner) && inner.split(".").every((part) => Number(part) < 256);
  if (!isIpv4 && !(text.startsWith("[") && /^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$/.test(inner)))
    throw new Error(`invalid IP address: ${inner}`);
  return inner;
}
