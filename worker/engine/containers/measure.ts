// How much disk containers and volumes take: the guest measures their trees, images come from their records.

import type { EngineContext } from "../engine-context.ts";
import { volumeMountpoint } from "../volumes/volume-store.ts";
import type { Container } from "./container.ts";

export interface ContainerSize {
  /** What the container has written. */
  readonly writableBytes: number;
  /** With its image. */
  readonly rootBytes: number;
}

/** By id. One that goes meanwhile has written nothing. */
export async function measureContainers(
  engine: EngineContext,
  containers: readonly Container[],
): Promise<Map<string, ContainerSize>> {
  const imageBytes = new Map<string, number>();
  for (const { record } of containers) {
    if (imageBytes.has(record.imageId)) continue;
    const size = await engine.images.inspect(record.imageId).then(
      (image) => image.sizeBytes,
      () => 0,
    );
    imageBytes.set(record.imageId, size);
  }
  const written = await engine.runtime.files.sizes(
    containers.map(({ id }) => `${engine.runtime.writablePath(id)}/upper`),
  );
  return new Map(
    containers.map(({ id, record }, at) => {
      const writableBytes = written[at] ?? 0;
      return [id, { writableBytes, rootBytes: writableBytes + (imageBytes.get(record.imageId) ?? 0) }];
    }),
  );
}

/** By name. */
export async function measureVolumes(
  engine: EngineContext,
  names: readonly string[],
): Promise<Map<string, number>> {
  const sizes = await engine.runtime.files.sizes(names.map(volumeMountpoint));
  return new Map(names.map((name, at) => [name, sizes[at] ?? 0]));
}
