// Root file systems of containers: the image's layers attached, and overlayfs over them with a writable layer on the data disk.

import type { LayerDisk } from "../disk/layer-disk.ts";
import type { ContainerId } from "../engine/container-id.ts";
import type { LayerMount } from "../engine/container-runtime.ts";
import type { Agent } from "../guest/agent.ts";
import { OperationBatch } from "../guest/operations.ts";
import { AttachedLayers } from "./attached-layers.ts";
import { rootPath, writablePath } from "./container-paths.ts";
import { copyLayers } from "./copy-layers.ts";
import { MOUNT_POINTS_LAYER, mountPointsLayer } from "./mount-points.ts";

export class OverlayRoots {
  readonly #agent: Agent;
  readonly #layers: AttachedLayers;
  /** The layers that each mounted root uses. */
  readonly #mounted = new Map<ContainerId, readonly string[]>();
  #lowest: Promise<unknown> | undefined;
  #nextCopy = 0;

  constructor(agent: Agent, disk: LayerDisk) {
    this.#agent = agent;
    this.#layers = new AttachedLayers(agent, disk);
  }

  isMounted(id: ContainerId): boolean {
    return this.#mounted.has(id);
  }

  /** A no-op when it is mounted. */
  async mount(id: ContainerId, layers: readonly LayerMount[]): Promise<void> {
    const batch = new OperationBatch();
    if (!(await this.addMount(batch, id, layers))) return;
    try {
      await this.#agent.run(batch);
    } catch (error) {
      await this.release(id);
      throw error;
    }
  }

  /** Attaches the layers and adds the overlay to the batch. False: it is mounted already. */
  async addMount(batch: OperationBatch, id: ContainerId, layers: readonly LayerMount[]): Promise<boolean> {
    if (this.#mounted.has(id)) return false;
    await this.#makeLowest();
    const paths = await this.#layers.attach(layers);
    this.#mounted.set(
      id,
      layers.map((layer) => layer.diffId),
    );
    const writable = writablePath(id);
    batch
      .makeDirectory(rootPath(id))
      .makeDirectory(`${writable}/upper`)
      .makeDirectory(`${writable}/work`, 0o700);
    const lower = [...paths].reverse().concat(MOUNT_POINTS_LAYER).join(":");
    batch.mount(
      "overlay",
      rootPath(id),
      "overlay",
      0,
      `lowerdir=${lower},upperdir=${writable}/upper,workdir=${writable}/work`,
    );
    return true;
  }

  async #makeLowest(): Promise<void> {
    this.#lowest ??= this.#agent.run(mountPointsLayer());
    try {
      await this.#lowest;
    } catch (error) {
      this.#lowest = undefined;
      throw error;
    }
  }

  /** After the unmounting: its layers may go. */
  async release(id: ContainerId): Promise<void> {
    const layers = this.#mounted.get(id);
    if (!layers) return;
    this.#mounted.delete(id);
    await this.#layers.release(layers);
  }

  copyLayers(
    layers: readonly LayerMount[],
    target: string,
    onBytes: (copied: number) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    const mountPoint = `/run/slipway/copies/${this.#nextCopy++}`;
    return copyLayers(this.#agent, this.#layers, layers, target, mountPoint, onBytes, signal);
  }
}
