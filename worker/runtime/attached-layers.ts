// Layers that are mounted in the guest, each once for all containers: a range of hda, a partition over it, an EROFS mount of
// that. Those without users stay for the next container, up to a limit, least recently used first out.

import { EngineError, messageOf } from "../base/errors.ts";
import { Mutex } from "../base/mutex.ts";
import type { LayerDisk } from "../disk/layer-disk.ts";
import type { LayerMount } from "../engine/container-runtime.ts";
import type { Agent } from "../guest/agent.ts";
import { MOUNT_FLAGS, OperationBatch, UNMOUNT_DETACH } from "../guest/operations.ts";

const DISK = "/dev/sda";
/** 1 is the system image. */
const FIRST_PARTITION = 2;
/** Linux's own limit of a disk's partitions. */
const LAST_PARTITION = 255;
const IDLE_LAYERS_KEPT = 24;

interface AttachedLayer {
  readonly key: string;
  readonly partition: number;
  readonly path: string;
  users: number;
}

export class AttachedLayers {
  readonly #agent: Agent;
  readonly #disk: LayerDisk;
  readonly #mutex = new Mutex();
  /** In order of last use. */
  readonly #layers = new Map<string, AttachedLayer>();

  constructor(agent: Agent, disk: LayerDisk) {
    this.#agent = agent;
    this.#disk = disk;
  }

  /** Mount points in the order given; every call wants one `release`. All or nothing. */
  attach(mounts: readonly LayerMount[]): Promise<string[]> {
    return this.#mutex.run(async () => {
      const attached: AttachedLayer[] = [];
      try {
        for (const mount of mounts) attached.push(await this.#use(mount));
      } catch (error) {
        for (const layer of attached) layer.users--;
        throw error;
      }
      return attached.map((layer) => layer.path);
    });
  }

  release(diffIds: readonly string[]): Promise<void> {
    return this.#mutex.run(async () => {
      for (const diffId of diffIds) {
        const layer = this.#layers.get(diffId);
        if (layer && layer.users > 0) layer.users--;
      }
      const idle = [...this.#layers.values()].filter((layer) => layer.users === 0);
      for (const layer of idle.slice(0, Math.max(0, idle.length - IDLE_LAYERS_KEPT)))
        await this.#detach(layer);
    });
  }

  async #use(mount: LayerMount): Promise<AttachedLayer> {
    const known = this.#layers.get(mount.diffId);
    const layer = known ?? (await this.#attach(mount));
    this.#layers.delete(mount.diffId);
    this.#layers.set(mount.diffId, layer);
    layer.users++;
    return layer;
  }

  async #attach(mount: LayerMount): Promise<AttachedLayer> {
    const partition = await this.#freePartition();
    const { startByte, lengthBytes } = this.#disk.place(mount.source, mount.diffId);
    const path = `/run/slipway/layers/${partition}`;
    try {
      await this.#agent.run(
        new OperationBatch()
          .addPartition(DISK, partition, startByte, lengthBytes)
          .makeDirectory(path)
          .mount(`${DISK}${partition}`, path, "erofs", MOUNT_FLAGS.READ_ONLY),
      );
    } catch (error) {
      await this.#agent.run(new OperationBatch().removePartition(DISK, partition)).catch(() => {});
      this.#disk.release(mount.diffId);
      const code = error instanceof EngineError ? error.code : "internal";
      throw new EngineError(code, `layer ${mount.diffId} cannot be mounted: ${messageOf(error)}`, {
        cause: error,
      });
    }
    return { key: mount.diffId, partition, path, users: 0 };
  }

  async #freePartition(): Promise<number> {
    const taken = new Set([...this.#layers.values()].map((layer) => layer.partition));
    for (let number = FIRST_PARTITION; number <= LAST_PARTITION; number++)
      if (!taken.has(number)) return number;
    const idle = [...this.#layers.values()].find((layer) => layer.users === 0);
    if (!idle) throw new RangeError("too many layers are in use at once");
    await this.#detach(idle);
    return idle.partition;
  }

  async #detach(layer: AttachedLayer): Promise<void> {
    await this.#agent.run(
      new OperationBatch()
        .unmount(layer.path, UNMOUNT_DETACH)
        .removeTree(layer.path)
        .removePartition(DISK, layer.partition),
    );
    this.#layers.delete(layer.key);
    this.#disk.release(layer.key);
  }
}
