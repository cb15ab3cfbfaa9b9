// A container as `docker inspect` and `docker ps` show it.

import type { Container } from "../../engine/containers/container.ts";
import type {
  ContainerRecord,
  EndpointRecord,
  HealthRecord,
  MountPoint,
} from "../../engine/containers/container-record.ts";
import { isRunning } from "../../engine/containers/container-state.ts";
import type { ContainerSize } from "../../engine/containers/measure.ts";
import type { EngineContext } from "../../engine/engine-context.ts";
import { rfc3339Nano } from "../../engine/time-text.ts";
import type { WireEndpointSettings, WirePortBinding } from "./container-config.ts";
import type { WireContainerInspect, WireHealth, WireMountPoint } from "./container-inspect.ts";
import type { WireContainerSummary, WirePort } from "./container-summary.ts";
import { statusText } from "./status-text.ts";
import { writeContainerConfig, writeHostConfig } from "./write-container-config.ts";

/** `size`: where it was asked for. */
export function writeInspect(
  engine: EngineContext,
  container: Container,
  size?: ContainerSize,
): WireContainerInspect {
  const { record } = container;
  const { state } = record;
  const bundle = engine.runtime.bundlePath(record.id);
  const writable = engine.runtime.writablePath(record.id);
  return {
    Id: record.id,
    Created: rfc3339Nano(record.createdAtMs),
    Path: record.argv[0] ?? "",
    Args: record.argv.slice(1),
    State: {
      Status: state.status,
      Running: isRunning(state) || state.status === "restarting",
      Paused: state.status === "paused",
      Restarting: state.status === "restarting",
      OOMKilled: state.oomKilled,
      Dead: state.status === "dead",
      Pid: state.pid,
      ExitCode: state.exitCode,
      Error: state.error,
      StartedAt: rfc3339Nano(state.startedAtMs),
      FinishedAt: rfc3339Nano(state.finishedAtMs),
      ...(state.health ? { Health: writeHealth(state.health) } : {}),
    },
    Image: record.imageId,
    ResolvConfPath: `${bundle}/resolv.conf`,
    HostnamePath: `${bundle}/hostname`,
    HostsPath: `${bundle}/hosts`,
    LogPath: "",
    Name: `/${record.name}`,
    RestartCount: state.restartCount,
    Driver: "overlay2",
    Platform: "linux",
    MountLabel: "",
    ProcessLabel: "",
    AppArmorProfile: "",
    ExecIDs: container.execIds.size > 0 ? [...container.execIds] : null,
    HostConfig: { ...writeHostConfig(record.host), Links: writeLinks(record) },
    GraphDriver: {
      Data: {
        ID: record.id,
        MergedDir: engine.runtime.rootPath(record.id),
        UpperDir: `${writable}/upper`,
        WorkDir: `${writable}/work`,
      },
      Name: "overlay2",
    },
    ...writeSize(size),
    Mounts: record.mounts.filter((mount) => !(mount.destination in record.host.tmpfs)).map(writeMountPoint),
    Config: writeContainerConfig(record.config),
    NetworkSettings: networkSettings(record),
  };
}

/** `/db:/web/alias`: the other, and the alias as if it were a child of this one. */
function writeLinks({ name, host }: ContainerRecord): string[] | null {
  const links = host.links.map((link) => {
    const [other = "", alias = other] = link.split(":");
    return `/${other.replace(/^\//, "")}:/${name}/${alias.replace(/^.*\//, "")}`;
  });
  return links.length > 0 ? links : null;
}

function writeHealth(health: HealthRecord): WireHealth {
  return {
    Status: health.status,
    FailingStreak: health.failingStreak,
    Log: health.log.map(({ startMs, endMs, exitCode, output }) => ({
      Start: rfc3339Nano(startMs),
      End: rfc3339Nano(endMs),
      ExitCode: exitCode,
      Output: output,
    })),
  };
}

function networkSettings(record: ContainerRecord): WireContainerInspect["NetworkSettings"] {
  const bridge = record.endpoints.bridge?.live;
  const running = isRunning(record.state);
  return {
    Bridge: "",
    SandboxID: running ? record.id : "",
    SandboxKey: running ? `/var/run/docker/netns/${record.id.slice(0, 12)}` : "",
    Ports: running ? portMap(record) : {},
    HairpinMode: false,
    LinkLocalIPv6Address: "",
    LinkLocalIPv6PrefixLen: 0,
    SecondaryIPAddresses: null,
    SecondaryIPv6Addresses: null,
    EndpointID: bridge?.endpointId ?? "",
    Gateway: bridge?.gateway ?? "",
    GlobalIPv6Address: "",
    GlobalIPv6PrefixLen: 0,
    IPAddress: bridge?.ipAddress ?? "",
    IPPrefixLen: bridge?.prefixLength ?? 0,
    IPv6Gateway: "",
    MacAddress: bridge?.macAddress ?? "",
    Networks: writeEndpoints(record),
  };
}

function portMap(record: ContainerRecord): Record<string, WirePortBinding[] | null> {
  const ports: Record<string, WirePortBinding[] | null> = {};
  for (const key of record.config.exposedPorts) ports[key] = null;
  for (const port of record.published) {
    const key = `${port.containerPort}/${port.protocol}`;
    ports[key] = [...(ports[key] ?? []), { HostIp: port.hostIp, HostPort: String(port.hostPort) }];
  }
  return ports;
}

function writeEndpoints(record: ContainerRecord): Record<string, WireEndpointSettings> {
  return Object.fromEntries(
    Object.entries(record.endpoints).map(([name, endpoint]) => [name, writeEndpoint(endpoint)]),
  );
}

function writeEndpoint(endpoint: EndpointRecord): WireEndpointSettings {
  const { live } = endpoint;
  return {
    IPAMConfig: endpoint.requestedIp === "" ? null : { IPv4Address: endpoint.requestedIp },
    Links: endpoint.links.length > 0 ? endpoint.links : null,
    Aliases: endpoint.aliases.length > 0 ? endpoint.aliases : null,
    MacAddress: live?.macAddress ?? "",
    DriverOpts: null,
    GwPriority: endpoint.gatewayPriority ?? 0,
    NetworkID: endpoint.networkId,
    EndpointID: live?.endpointId ?? "",
    Gateway: live?.gateway ?? "",
    IPAddress: live?.ipAddress ?? "",
    IPPrefixLen: live?.prefixLength ?? 0,
    IPv6Gateway: "",
    GlobalIPv6Address: "",
    GlobalIPv6PrefixLen: 0,
    DNSNames: null,
  };
}

function writeMountPoint(mount: MountPoint): WireMountPoint {
  return {
    Type: mount.type,
    ...(mount.type === "volume" ? { Name: mount.name } : {}),
    Source: mount.source,
    Destination: mount.destination,
    ...(mount.type === "volume" ? { Driver: "local" } : {}),
    Mode: mount.mode,
    RW: mount.writable,
    Propagation: mount.propagation,
  };
}

function writeSize(size: ContainerSize | undefined): { SizeRw?: number; SizeRootFs?: number } {
  return size ? { SizeRw: size.writableBytes, SizeRootFs: size.rootBytes } : {};
}

export function writeSummary(
  engine: EngineContext,
  { record }: Container,
  size?: ContainerSize,
): WireContainerSummary {
  return {
    Id: record.id,
    Names: [`/${record.name}`],
    Image: record.config.image,
    ImageID: record.imageId,
    Command: commandText(record.argv),
    Created: Math.floor(record.createdAtMs / 1000),
    Ports: writePorts(record),
    ...writeSize(size),
    Labels: record.config.labels,
    State: record.state.status,
    Status: statusText(record.state, engine.clock.nowMs()),
    HostConfig: { NetworkMode: record.host.networkMode },
    NetworkSettings: { Networks: writeEndpoints(record) },
    Mounts: record.mounts.map(writeMountPoint),
  };
}

/** Arguments with blanks in quotes, as Docker has it. */
function commandText(argv: readonly string[]): string {
  const [program = "", ...rest] = argv;
  return [program, ...rest.map((word) => (word.includes(" ") ? `'${word}'` : word))].join(" ");
}

function writePorts(record: ContainerRecord): WirePort[] {
  if (!isRunning(record.state)) return [];
  const published = record.published.map((port) => ({
    IP: port.hostIp,
    PrivatePort: port.containerPort,
    PublicPort: port.hostPort,
    Type: port.protocol,
  }));
  const bare = record.config.exposedPorts
    .map((key) => key.split("/"))
    .filter(
      ([port, protocol]) =>
        !record.published.some((each) => each.containerPort === Number(port) && each.protocol === protocol),
    )
    .map(([port, protocol]) => ({
      PrivatePort: Number(port),
      Type: protocol === "udp" ? ("udp" as const) : ("tcp" as const),
    }));
  return [...published, ...bare];
}
