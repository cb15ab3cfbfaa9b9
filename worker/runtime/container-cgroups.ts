// The cgroup of each container: where it is, and what is read from its files and written to them.

import type { ContainerId } from "../engine/container-id.ts";
import type { Agent } from "../guest/agent.ts";
import { OperationBatch } from "../guest/operations.ts";
import { CGROUP_ROOT, cgroupPath } from "./container-paths.ts";

const FILE_BYTES = 65_536;

export class ContainerCgroups {
  readonly #agent: Agent;
  /** Those that are not where every container's is, below CGROUP_ROOT. */
  readonly #elsewhere = new Map<ContainerId, string>();

  constructor(agent: Agent) {
    this.#agent = agent;
  }

  /** `cgroupsPath` of the container's specification. */
  place(id: ContainerId, cgroupsPath: string): void {
    if (cgroupsPath === cgroupPath(id)) this.#elsewhere.delete(id);
    else this.#elsewhere.set(id, cgroupsPath);
  }

  forget(id: ContainerId): void {
    this.#elsewhere.delete(id);
  }

  /** Also of a container that does not run. */
  folder(id: ContainerId): string {
    return CGROUP_ROOT + (this.#elsewhere.get(id) ?? cgroupPath(id));
  }

  async read(id: ContainerId, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const batch = new OperationBatch();
    const folder = this.folder(id);
    for (const name of names) batch.readIfThere("", `${folder}/${name}`, FILE_BYTES);
    const results = await this.#agent.run(batch);
    const values = new Map<string, string>();
    for (const [index, name] of names.entries()) {
      const result = results[index]!;
      if (result[0] === 1) values.set(name, new TextDecoder().decode(result.subarray(1)));
    }
    return values;
  }

  async write(id: ContainerId, values: ReadonlyMap<string, string>): Promise<void> {
    const batch = new OperationBatch();
    const folder = this.folder(id);
    for (const [name, value] of values) batch.write(`${folder}/${name}`, value);
    await this.#agent.run(batch);
  }

  async wasOutOfMemory(id: ContainerId): Promise<boolean> {
    const events = (await this.read(id, ["memory.events"])).get("memory.events") ?? "";
    return /^oom_kill [1-9]/m.test(events);
  }
}
