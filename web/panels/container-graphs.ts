// Processor and memory of one container, from the engine's stats stream: a sample a second while the graphs are seen.

import type { WireContainerStats } from "../../worker/rpc/docker-wire.ts";
import { formatBytes } from "../app/format-bytes.ts";
import { message } from "../app/messages.ts";
import type { DockerClient } from "../docker/docker-client.ts";
import { Sparkline } from "./sparkline.ts";

const MEMORY_FLOOR_BYTES = 4_000_000;
const CPU_FLOOR_PERCENT = 10;

export class ContainerGraphs extends HTMLElement {
  readonly #docker: DockerClient;
  readonly #cpu = new Sparkline(message("graphs.cpu"), CPU_FLOOR_PERCENT);
  readonly #memory = new Sparkline(message("graphs.memory"), MEMORY_FLOOR_BYTES);
  readonly #seen = new IntersectionObserver(([entry]) => {
    this.#visible = entry?.isIntersecting === true;
    this.#decide();
  });
  #visible = false;
  #id: string | undefined;
  #reading: { readonly id: string; readonly end: AbortController } | undefined;

  constructor(docker: DockerClient) {
    super();
    this.#docker = docker;
  }

  connectedCallback(): void {
    this.className = "graphs";
    this.replaceChildren(this.#cpu, this.#memory);
    this.#seen.observe(this);
    document.addEventListener("visibilitychange", this.#decideAgain);
  }

  disconnectedCallback(): void {
    this.#seen.disconnect();
    document.removeEventListener("visibilitychange", this.#decideAgain);
    this.#visible = false;
    this.#decide();
  }

  /** Undefined for a container that does not run. */
  follow(id: string | undefined): void {
    this.#id = id;
    this.hidden = id === undefined;
    this.#decide();
  }

  readonly #decideAgain = () => this.#decide();

  /** Nothing is measured for nobody: neither out of sight nor in a tab in the background. */
  #decide(): void {
    const wanted = this.#visible && document.visibilityState === "visible" ? this.#id : undefined;
    if (this.#reading?.id === wanted) return;
    this.#reading?.end.abort();
    this.#reading = undefined;
    if (wanted === undefined) return;
    this.#cpu.clear();
    this.#memory.clear();
    const end = new AbortController();
    this.#reading = { id: wanted, end };
    // A stream that breaks means that the container or the machine is gone, which the list shows.
    void this.#read(wanted, end.signal).catch(() => {});
  }

  async #read(id: string, signal: AbortSignal): Promise<void> {
    for await (const stats of this.#docker.containers.stats(id, signal)) {
      const { memory_stats } = stats;
      if (memory_stats.usage === undefined) continue;
      const percent = cpuPercent(stats);
      if (percent !== undefined)
        this.#cpu.push(
          percent,
          message("graphs.percent", { percent: percent.toFixed(percent < 10 ? 1 : 0) }),
        );
      const used = memory_stats.usage - (memory_stats.stats?.inactive_file ?? 0);
      this.#memory.push(used, formatBytes(used));
    }
  }
}

/** Of one processor; undefined for a first sample, which has nothing to compare with. */
function cpuPercent({ cpu_stats, precpu_stats }: WireContainerStats): number | undefined {
  const used = cpu_stats.cpu_usage.total_usage - precpu_stats.cpu_usage.total_usage;
  const passed = (cpu_stats.system_cpu_usage ?? 0) - (precpu_stats.system_cpu_usage ?? 0);
  if (precpu_stats.system_cpu_usage === undefined || passed <= 0) return undefined;
  return Math.max(0, (used / passed) * (cpu_stats.online_cpus ?? 1) * 100);
}

customElements.define("slipway-graphs", ContainerGraphs);
