// Everything the runtime needs to start a container, gathered so that it is told in one call.

import { EngineError } from "../../base/errors.ts";
import type { LayerMount, NetworkPlan, PreparedMount, StartPlan } from "../container-runtime.ts";
import type { EngineContext } from "../engine-context.ts";
import type { SpecMount } from "../spec/default-mounts.ts";
import { resolveDevices } from "../spec/devices.ts";
import { embeddedResolvFile, hostsFile, resolvFile } from "../spec/network-files.ts";
import { INIT_PATH, runtimeSpec } from "../spec/runtime-spec.ts";
import type { Container } from "./container.ts";
import type { ContainerRecord } from "./container-record.ts";
import { isRunning } from "./container-state.ts";
import { linkEnvironment } from "./link-environment.ts";
import { parseLink } from "./parse-link.ts";
import { resolveUser } from "./resolve-user.ts";

const DEFAULT_SIZE = { columns: 80, rows: 24 };

export async function startPlan(
  engine: EngineContext,
  container: Container,
  layers: readonly LayerMount[],
  network: NetworkPlan,
): Promise<StartPlan> {
  const { record } = container;
  const hostname = record.host.utsMode === "host" ? engine.settings.hostname : record.config.hostname;
  const user = await resolveUser(engine, container, record.config.user, layers);
  const { devices, rules } = await resolveDevices(engine.runtime.files, record.host.devices);
  const prepared = preparedMounts(record);
  const mounted = (name: string) => `${engine.runtime.bundlePath(record.id)}/mounts/${name}`;
  const links = resolvedLinks(engine, record);
  const spec = runtimeSpec({
    record,
    user,
    hostname,
    extraMounts: extraMounts(engine, record, network),
    devices,
    deviceRules: rules,
    sharedPids: {
      ipc: sharedPid(engine, record.host.ipcMode, "IPC"),
      pid: sharedPid(engine, record.host.pidMode, "PID"),
    },
    sharedShm: record.host.ipcMode === "shareable" ? mounted(SHM) : joinedShm(engine, record.host.ipcMode),
    subpaths: new Map(
      record.mounts.flatMap((mount, at) =>
        mount.subpath ? [[mount.destination, mounted(subpathName(at))] as const] : [],
      ),
    ),
    environment: links.flatMap(({ other, alias, address }) => linkEnvironment(record, other, alias, address)),
  });
  return {
    id: record.id,
    layers,
    spec,
    network,
    files: network.kind === "container" ? [] : networkFiles(engine, record, network, hostname, links),
    prepared,
    terminal: record.config.tty ? (record.host.consoleSize ?? DEFAULT_SIZE) : undefined,
    openStdin: record.config.openStdin,
  };
}

/** Files of the bundle that are mounted over the image's. A container that shares a network shares these too. */
function extraMounts(engine: EngineContext, record: ContainerRecord, network: NetworkPlan): SpecMount[] {
  const bundle = engine.runtime.bundlePath(network.kind === "container" ? network.id : record.id);
  const access = record.host.readonlyRootfs ? "ro" : "rw";
  const mounts = ["resolv.conf", "hostname", "hosts"].map((name) => ({
    destination: `/etc/${name}`,
    type: "bind",
    source: `${bundle}/${name}`,
    options: ["rbind", access, "rprivate"],
  }));
  if (record.host.init)
    mounts.push({
      destination: INIT_PATH,
      type: "bind",
      source: engine.settings.initBinary,
      options: ["bind", "ro", "rprivate"],
    });
  return mounts;
}

function networkFiles(
  engine: EngineContext,
  record: ContainerRecord,
  network: NetworkPlan,
  hostname: string,
  links: readonly ResolvedLink[],
): StartPlan["files"] {
  const { config, host } = record;
  const live = Object.values(record.endpoints).flatMap((endpoint) => endpoint.live ?? []);
  const hosts = hostsFile({
    hostname,
    domainname: config.domainname,
    addresses:
      network.kind === "private"
        ? live.map((each) => each.ipAddress).filter((ip) => ip !== "")
        : ["127.0.1.1"],
    extraHosts: [...host.extraHosts, ...links.map(linkedHost)],
    gateway: live.find((each) => each.gateway !== "")?.gateway ?? engine.networks.find("bridge").gateway,
  });
  const { dnsSearch: search, dnsOptions: options } = host;
  const nameservers = host.dns.length > 0 ? host.dns : engine.settings.nameservers;
  const resolv =
    network.kind === "private" && network.dns
      ? embeddedResolvFile({ search, options })
      : resolvFile({ nameservers, search, options });
  return [
    { name: "hosts", content: hosts },
    { name: "hostname", content: `${hostname}\n` },
    { name: "resolv.conf", content: resolv },
  ];
}

const SHM = "shm";

function subpathName(number: number): string {
  return `subpath-${number}`;
}

/** The shared memory of a container whose IPC others may join, and the parts of volumes that are mounted alone. */
function preparedMounts({ host, mounts }: ContainerRecord): PreparedMount[] {
  return [
    ...(host.ipcMode === "shareable"
      ? [{ name: SHM, kind: "tmpfs" as const, options: `mode=1777,size=${host.shmSizeBytes}` }]
      : []),
    ...mounts.flatMap((mount, at) =>
      mount.subpath
        ? [{ name: subpathName(at), kind: "path" as const, root: mount.source, path: mount.subpath }]
        : [],
    ),
  ];
}

/** Throws when the other keeps its IPC for itself. */
function joinedShm(engine: EngineContext, mode: string): string | undefined {
  if (!mode.startsWith("container:")) return undefined;
  const reference = mode.slice("container:".length);
  const other = engine.containers.find(reference);
  const { ipcMode } = other.record.host;
  if (ipcMode === "host") return "/dev/shm";
  if (ipcMode === "shareable") return `${engine.runtime.bundlePath(other.id)}/mounts/${SHM}`;
  throw new EngineError(
    "invalid-argument",
    `failed to join IPC namespace: container ${reference}: non-shareable IPC (hint: use IpcMode:shareable for the donor container)`,
  );
}

interface ResolvedLink {
  readonly other: ContainerRecord;
  readonly alias: string;
  readonly address: string;
}

/** `--link NAME[:ALIAS]` of the default bridge; elsewhere the name server knows them. Throws when the other is not there or does not run. */
function resolvedLinks(engine: EngineContext, record: ContainerRecord): ResolvedLink[] {
  if (!record.endpoints.bridge) return [];
  return record.host.links.map((link) => {
    const { name, alias } = parseLink(link);
    const other = engine.containers.find(name);
    const { bridge } = other.record.endpoints;
    if (!bridge)
      throw new EngineError(
        "internal",
        `Cannot link to /${other.name}, as it does not belong to the default network`,
      );
    const address = bridge.live?.ipAddress;
    if (address === undefined)
      throw new EngineError(
        "internal",
        `Cannot link to a non running container: /${other.name} AS /${record.name}/${alias}`,
      );
    return { other: other.record, alias: alias.replace(/^.*\//, ""), address };
  });
}

/** The other's address under its alias, id and name. */
function linkedHost({ other, alias, address }: ResolvedLink): string {
  return `${[...new Set([alias, other.id.slice(0, 12), other.name])].join(" ")}:${address}`;
}

function sharedPid(engine: EngineContext, mode: string, kind: "IPC" | "PID"): number | undefined {
  if (!mode.startsWith("container:")) return undefined;
  const reference = mode.slice("container:".length);
  const other = engine.containers.find(reference);
  if (!isRunning(other.record.state))
    throw new EngineError(
      "conflict",
      `failed to join ${kind} namespace: container ${reference} is not running`,
    );
  return other.record.state.pid;
}
