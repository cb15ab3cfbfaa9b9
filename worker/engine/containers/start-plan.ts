// Everything the runtime needs to start a container, gathered so that it is told in one call.

import { EngineError } from "../../base/errors.ts";
import type { LayerMount, NetworkPlan, StartPlan } from "../container-runtime.ts";
import type { EngineContext } from "../engine-context.ts";
import type { SpecMount } from "../spec/default-mounts.ts";
import { resolveDevices } from "../spec/devices.ts";
import { embeddedResolvFile, hostsFile, resolvFile } from "../spec/network-files.ts";
import { INIT_PATH, runtimeSpec } from "../spec/runtime-spec.ts";
import { primaryAddress } from "./connect-networks.ts";
import type { Container } from "./container.ts";
import type { ContainerRecord } from "./container-record.ts";
import { isRunning } from "./container-state.ts";
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
  });
  return {
    id: record.id,
    layers,
    spec,
    network,
    files: network.kind === "container" ? [] : networkFiles(engine, record, network, hostname),
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
    extraHosts: [...host.extraHosts, ...linkedHosts(engine, record)],
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

/** `--link NAME[:ALIAS]`: the other's address under its alias, id and name. */
function linkedHosts(engine: EngineContext, record: ContainerRecord): string[] {
  return record.host.links.map((link) => {
    const [name = "", alias = name] = link.split(":");
    const other = engine.containers.find(name);
    const address = primaryAddress(other);
    if (address === undefined)
      throw new EngineError(
        "conflict",
        `Cannot link to a non running container: /${other.name} AS /${alias}`,
      );
    const names = [...new Set([alias, other.id.slice(0, 12), other.name])];
    return `${names.join(" ")}:${address}`;
  });
}

function sharedPid(engine: EngineContext, mode: string, kind: "IPC" | "PID"): number | undefined {
  if (!mode.startsWith("container:")) return undefined;
  const other = engine.containers.find(mode.slice("container:".length));
  if (!isRunning(other.record.state))
    throw new EngineError("conflict", `cannot join ${kind} of a non running container: ${other.id}`);
  return other.record.state.pid;
}
