// Ports of the machine that a preview can be opened on: what containers publish, told by the engine's events, and what programs of the
// machine's own network listen on, which the kernel tells nobody: it is looked up while something happens in a terminal.

import { Emitter } from "../base/emitter.ts";
import { unrefTimer } from "../base/unref-timer.ts";
import type { EngineContext } from "../engine/engine-context.ts";

export interface OpenPort {
  readonly port: number;
  /** Name of the container that publishes it; undefined: a program of the machine itself. */
  readonly container: string | undefined;
}

export interface PortFiles {
  /** Texts of files of the machine's /proc; "" for one that is missing. */
  read(paths: readonly string[]): Promise<string[]>;
}

const TABLES = ["/proc/net/tcp", "/proc/net/tcp6"] as const;
/** After the last sign of activity: a server that was just started may take a while until it listens. */
const LOOKS_MS = [700, 2_500, 6_000] as const;
/** While activity goes on. */
const BUSY_PAUSE_MS = 3_000;
const LISTENING = "0A";
const EVERYWHERE = new Set(["00000000", "0100007F", "0".repeat(32), `${"0".repeat(24)}01000000`]);

export class OpenPorts {
  readonly #engine: Pick<EngineContext, "containers" | "events">;
  readonly #files: PortFiles;
  readonly #emitter = new Emitter<readonly OpenPort[]>();
  readonly #stop: () => void;
  #listening: readonly number[] = [];
  #ports: readonly OpenPort[] = [];
  #timers: ReturnType<typeof setTimeout>[] = [];
  #lookedAtMs = 0;

  constructor(engine: Pick<EngineContext, "containers" | "events">, files: PortFiles) {
    this.#engine = engine;
    this.#files = files;
    this.#stop = engine.events.on(({ type, action }) => {
      if (type === "container" && ["start", "die", "destroy", "rename"].includes(action)) this.#update();
    });
    this.#update();
  }

  /** Calls back at once, then at every change. */
  observe(listener: (ports: readonly OpenPort[]) => void): () => void {
    listener(this.#ports);
    return this.#emitter.on(listener);
  }

  /** Something happens in a terminal. */
  activity(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    const sinceLook = Date.now() - this.#lookedAtMs;
    if (sinceLook > BUSY_PAUSE_MS) void this.#look();
    this.#timers = LOOKS_MS.map((ms) => setTimeout(() => void this.#look(), ms));
    for (const timer of this.#timers) unrefTimer(timer);
  }

  dispose(): void {
    this.#stop();
    for (const timer of this.#timers) clearTimeout(timer);
  }

  async #look(): Promise<void> {
    this.#lookedAtMs = Date.now();
    try {
      this.#listening = (await this.#files.read(TABLES)).flatMap(listeningPorts);
    } catch {
      // The machine has ended; whoever observes hears of that elsewhere.
      return;
    }
    this.#update();
  }

  #update(): void {
    const found = new Map<number, OpenPort>();
    for (const port of this.#listening) found.set(port, { port, container: undefined });
    for (const { record } of this.#engine.containers.all()) {
      for (const { protocol, hostPort } of record.published)
        if (protocol === "tcp") found.set(hostPort, { port: hostPort, container: record.name });
    }
    const ports = [...found.values()].sort((one, other) => one.port - other.port);
    if (JSON.stringify(ports) === JSON.stringify(this.#ports)) return;
    this.#ports = ports;
    this.#emitter.emit(ports);
  }
}

/** Of a table in the form of /proc/net/tcp: what listens on every address, or on the loopback. */
export function listeningPorts(table: string): number[] {
  const ports: number[] = [];
  for (const line of table.split("\n").slice(1, 4096)) {
    const [, local = "", , state] = line.trim().split(/\s+/);
    const [address = "", port = ""] = local.split(":");
    if (state !== LISTENING || !EVERYWHERE.has(address) || !/^[0-9A-F]{4}$/.test(port)) continue;
    ports.push(Number.parseInt(port, 16));
  }
  return ports;
}
