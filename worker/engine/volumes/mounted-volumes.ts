// Volumes with a file system of their own: mounted when the first container with one starts, unmounted after the end of the last.

import { EngineError } from "../../base/errors.ts";
import { Mutex } from "../../base/mutex.ts";
import type { ContainerRuntime } from "../container-runtime.ts";
import type { Container } from "../containers/container.ts";
import { volumeMountCommand } from "./volume-options.ts";
import { type VolumeStore, volumeMountpoint } from "./volume-store.ts";

export class MountedVolumes {
  readonly #runtime: ContainerRuntime;
  readonly #volumes: VolumeStore;
  readonly #mutex = new Mutex();
  /** Ids of the containers that run with it, for each that is mounted. */
  readonly #users = new Map<string, Set<string>>();

  constructor(runtime: ContainerRuntime, volumes: VolumeStore) {
    this.#runtime = runtime;
    this.#volumes = volumes;
  }

  /** Those of a container that starts. Rejects with `failed to mount local volume: …`. */
  async use(container: Container): Promise<void> {
    for (const { type, name } of container.record.mounts) {
      const record = type === "volume" ? this.#volumes.get(name) : undefined;
      const command = record && volumeMountCommand(record, volumeMountpoint(name));
      if (command) await this.#mutex.run(() => this.#mount(name, container.id, command));
    }
  }

  /** Those of a container that has ended. Never rejects: what cannot be unmounted yet stays. */
  async release(container: Container): Promise<void> {
    for (const { name } of container.record.mounts) {
      if (!this.#users.has(name)) continue;
      await this.#mutex.run(async () => {
        const users = this.#users.get(name);
        if (!users?.delete(container.id) || users.size > 0) return;
        this.#users.delete(name);
        await this.#runtime.runTool(["umount", "-l", volumeMountpoint(name)]).catch(() => {});
      });
    }
  }

  async #mount(name: string, user: string, command: readonly string[]): Promise<void> {
    const users = this.#users.get(name);
    if (users) {
      users.add(user);
      return;
    }
    const { exitCode, stderr } = await this.#runtime.runTool(command);
    if (exitCode !== 0)
      throw new EngineError(
        "internal",
        `error while mounting volume '${volumeMountpoint(name)}': failed to mount local volume: ${stderr.trim().replaceAll("\n", " ")}`,
      );
    this.#users.set(name, new Set([user]));
  }
}
