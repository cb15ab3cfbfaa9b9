// What every verb of the engine works on: its stores and its ports. engine.ts makes one.

import type { Clock } from "./clock.ts";
import type { ContainerRuntime } from "./container-runtime.ts";
import type { ContainerStore } from "./containers/container-store.ts";
import type { ExecStore } from "./containers/exec-store.ts";
import type { LogArchive } from "./containers/log-archive.ts";
import type { EventLog } from "./events/event-log.ts";
import type { ImagePort } from "./image-port.ts";
import type { NetworkStore } from "./networks/network-store.ts";
import type { PortTable } from "./networks/port-table.ts";
import type { MountedVolumes } from "./volumes/mounted-volumes.ts";
import type { VolumeStore } from "./volumes/volume-store.ts";

export interface EngineSettings {
  /** Of the machine, for containers that share its names and networks. */
  readonly hostname: string;
  readonly kernelVersion: string;
  readonly operatingSystem: string;
  readonly processors: number;
  readonly memoryBytes: number;
  /** For resolv.conf of containers that name none. */
  readonly nameservers: readonly string[];
  /** That ports are published on when a client names none. */
  readonly publishAddress: string;
  /** Where the guest keeps the init of `--init`. */
  readonly initBinary: string;
}

export interface EngineContext {
  readonly runtime: ContainerRuntime;
  readonly images: ImagePort;
  readonly clock: Clock;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly settings: EngineSettings;
  readonly events: EventLog;
  readonly containers: ContainerStore;
  readonly execs: ExecStore;
  readonly networks: NetworkStore;
  readonly ports: PortTable;
  readonly volumes: VolumeStore;
  readonly mountedVolumes: MountedVolumes;
  readonly logs: LogArchive;
}
