// Mounts that are made before a container's own, for them to bind: paths that no link of a container leads out of, and tmpfs.

import { EngineError, messageOf } from "../base/errors.ts";
import type { ContainerId } from "../engine/container-id.ts";
import type { PreparedMount } from "../engine/container-runtime.ts";
import type { Agent } from "../guest/agent.ts";
import { MOUNT_FLAGS, OperationBatch, UNMOUNT_DETACH } from "../guest/operations.ts";
import { bundlePath } from "./container-paths.ts";

const PRIVATE_TMPFS = MOUNT_FLAGS.NO_SUID | MOUNT_FLAGS.NO_DEV | MOUNT_FLAGS.NO_EXEC;

export class PreparedMounts {
  readonly #agent: Agent;
  readonly #targets = new Map<ContainerId, readonly string[]>();

  constructor(agent: Agent) {
    this.#agent = agent;
  }

  /** At `bundlePath(id)/mounts/NAME`. Rejects with EngineError("invalid-argument") when a path is not there. */
  async make(id: ContainerId, mounts: readonly PreparedMount[]): Promise<void> {
    if (mounts.length === 0) return;
    const folder = `${bundlePath(id)}/mounts`;
    this.#targets.set(
      id,
      mounts.map(({ name }) => `${folder}/${name}`),
    );
    const batch = new OperationBatch().makeDirectory(folder, 0o700);
    for (const mount of mounts) {
      const target = `${folder}/${mount.name}`;
      if (mount.kind === "path") batch.bindConfined(mount.root, mount.path, target);
      else batch.makeDirectory(target).mount("tmpfs", target, "tmpfs", PRIVATE_TMPFS, mount.options);
    }
    try {
      await this.#agent.run(batch);
    } catch (cause) {
      throw new EngineError("invalid-argument", `cannot access path: ${messageOf(cause)}`, { cause });
    }
  }

  addRemoval(batch: OperationBatch, id: ContainerId): void {
    for (const target of this.#targets.get(id) ?? []) batch.unmount(target, UNMOUNT_DETACH);
  }

  forget(id: ContainerId): void {
    this.#targets.delete(id);
  }
}
