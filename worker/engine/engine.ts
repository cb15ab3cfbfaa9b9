// Puts the engine together from its ports, and brings its records in line with a machine that has just started.

import { type Clock, systemClock } from "./clock.ts";
import type { ContainerRuntime } from "./container-runtime.ts";
import { ContainerStore } from "./containers/container-store.ts";
import { ExecStore } from "./containers/exec-store.ts";
import { LogArchive } from "./containers/log-archive.ts";
import { reconcileContainers, restartWanted } from "./containers/reconcile.ts";
import type { EngineContext, EngineSettings } from "./engine-context.ts";
import { EventLog } from "./events/event-log.ts";
import type { ImagePort } from "./image-port.ts";
import type { HostPorts } from "./networks/host-ports.ts";
import { NetworkStore } from "./networks/network-store.ts";
import { PortTable } from "./networks/port-table.ts";
import type { RecordPort } from "./record-port.ts";
import { MountedVolumes } from "./volumes/mounted-volumes.ts";
import { VolumeStore } from "./volumes/volume-store.ts";

export interface EnginePorts {
  readonly runtime: ContainerRuntime;
  readonly records: RecordPort;
  readonly images: ImagePort;
  readonly clock?: Clock;
  readonly randomBytes?: (count: number) => Uint8Array;
  /** Shared with whoever else tells of events: the image store. */
  readonly events?: EventLog;
  readonly settings?: Partial<EngineSettings>;
  /** Published ports are opened there too. */
  readonly hostPorts?: HostPorts | undefined;
}

const DEFAULT_SETTINGS: EngineSettings = {
  hostname: "slipway",
  kernelVersion: "6.1.0",
  operatingSystem: "Slipway (Debian GNU/Linux 12)",
  processors: 1,
  memoryBytes: 512 * 1024 * 1024,
  nameservers: [],
  publishAddress: "0.0.0.0",
  initBinary: "/usr/lib/slipway/init",
};

/** Reads the records and corrects them. Containers with a restart policy start in the background: `restarted` says when. */
export async function createEngine(
  ports: EnginePorts,
): Promise<EngineContext & { readonly restarted: Promise<void> }> {
  const clock = ports.clock ?? systemClock;
  const volumes = new VolumeStore(ports.records);
  const engine: EngineContext = {
    runtime: ports.runtime,
    images: ports.images,
    clock,
    randomBytes: ports.randomBytes ?? ((count) => crypto.getRandomValues(new Uint8Array(count))),
    settings: { ...DEFAULT_SETTINGS, ...ports.settings },
    events: ports.events ?? new EventLog(clock),
    containers: new ContainerStore(ports.records),
    execs: new ExecStore(),
    networks: new NetworkStore(ports.records, ports.runtime),
    ports: new PortTable(ports.hostPorts),
    volumes,
    mountedVolumes: new MountedVolumes(ports.runtime, volumes),
    logs: new LogArchive(ports.records, clock),
  };
  await engine.networks.load(clock.nowMs(), engine.randomBytes);
  await engine.volumes.load();
  await engine.containers.load();
  for (const container of engine.containers.all()) await engine.logs.load(container);
  const wanted = await reconcileContainers(engine);
  const known = new Set<string>(engine.containers.all().map(({ id }) => id));
  engine.runtime.removeUnknownWritable((id) => known.has(id));
  // docker0 is there before its first container, and that container need not wait for it.
  engine.networks.ensureBridge(engine.networks.find("bridge")).catch(() => {});
  return { ...engine, restarted: restartWanted(engine, wanted) };
}
