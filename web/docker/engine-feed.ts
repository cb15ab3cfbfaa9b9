// What happens in the engine, for everything on the page that shows it: one events stream for all of them. A view is told
// to look again when something of its kind has happened; nothing asks by a clock.

import type { WireEvent } from "../../worker/rpc/docker-wire.ts";
import type { DockerClient } from "./docker-client.ts";

/** `container`, `image`, `network`, `volume`, `daemon`. */
export type EventType = string;

export interface FeedSource {
  /** Calls back at once, then whenever the machine comes or goes. */
  observe(listener: (state: { readonly phase: string }) => void): void;
}

/** Exec and health probes come in numbers and change nothing that is listed. */
const QUIET = /^(exec_|health_status|top$|resize$|attach$|archive-path$|extract-to-dir$)/;
const KEPT_EVENTS = 1000;

export class EngineFeed {
  readonly #docker: DockerClient;
  readonly #watchers = new Set<Watcher>();
  readonly #listeners = new Set<(event: WireEvent) => void>();
  readonly #history: WireEvent[] = [];
  #ready = false;
  #stream: AbortController | undefined;

  constructor(docker: DockerClient, source: FeedSource) {
    this.#docker = docker;
    source.observe(({ phase }) => this.#setReady(phase === "ready"));
  }

  /** Events since the first watcher came, oldest first. */
  get history(): readonly WireEvent[] {
    return this.#history;
  }

  get ready(): boolean {
    return this.#ready;
  }

  /**
   * Calls `look` now and after events of these types, one call at a time, until `signal` is aborted. Calling what is returned makes
   * it look once more, for what the engine does not tell of.
   */
  watch(types: readonly EventType[], look: () => Promise<void>, signal: AbortSignal): () => void {
    const watcher = new Watcher(types, look);
    this.#watchers.add(watcher);
    signal.addEventListener("abort", () => this.#watchers.delete(watcher), { once: true });
    if (this.#ready) {
      this.#listen();
      watcher.call();
    }
    return () => {
      if (this.#ready && !signal.aborted) watcher.call();
    };
  }

  onEvent(listener: (event: WireEvent) => void, signal: AbortSignal): void {
    this.#listeners.add(listener);
    signal.addEventListener("abort", () => this.#listeners.delete(listener), { once: true });
    if (this.#ready) this.#listen();
  }

  #setReady(ready: boolean): void {
    if (ready === this.#ready) return;
    this.#ready = ready;
    this.#stream?.abort();
    this.#stream = undefined;
    this.#history.length = 0;
    if (!ready || (this.#watchers.size === 0 && this.#listeners.size === 0)) return;
    this.#listen();
    for (const watcher of this.#watchers) watcher.call();
  }

  #listen(): void {
    if (this.#stream !== undefined) return;
    const stream = new AbortController();
    this.#stream = stream;
    void this.#read(stream.signal).catch(() => {
      // The machine has gone: the next one starts a stream of its own.
      if (this.#stream === stream) this.#stream = undefined;
    });
  }

  async #read(signal: AbortSignal): Promise<void> {
    for await (const event of this.#docker.events({ since: 1, signal })) {
      this.#history.push(event);
      if (this.#history.length > KEPT_EVENTS) this.#history.shift();
      for (const listener of this.#listeners) listener(event);
      if (QUIET.test(event.Action)) continue;
      for (const watcher of this.#watchers) if (watcher.types.includes(event.Type)) watcher.call();
    }
  }
}

/** However many events come while it looks, it looks once more. */
class Watcher {
  readonly types: readonly EventType[];
  readonly #look: () => Promise<void>;
  #looking = false;
  #again = false;

  constructor(types: readonly EventType[], look: () => Promise<void>) {
    this.types = types;
    this.#look = look;
  }

  call(): void {
    this.#again = true;
    if (!this.#looking) void this.#run();
  }

  async #run(): Promise<void> {
    this.#looking = true;
    while (this.#again) {
      this.#again = false;
      // A view shows its own failures.
      await this.#look().catch(() => {});
    }
    this.#looking = false;
  }
}
