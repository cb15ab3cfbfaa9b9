// What images, containers and volumes take of the disk.

import { EngineError } from "../../base/errors.ts";
import { listContainers } from "../../engine/containers/list.ts";
import { measureContainers, measureVolumes } from "../../engine/containers/measure.ts";
import type { EngineContext } from "../../engine/engine-context.ts";
import { NO_FILTERS } from "../../engine/filters.ts";
import { listVolumes, volumesInUse } from "../../engine/volumes/list-volumes.ts";
import type { Handler } from "../api-call.ts";
import { jsonReply } from "../reply.ts";
import type { WireContainerSummary } from "../wire/container-summary.ts";
import type { WireImageSummary } from "../wire/image.ts";
import type { WireDiskUsage } from "../wire/system.ts";
import type { WireVolume } from "../wire/volume.ts";
import { writeSummary } from "../wire/write-container.ts";
import { writeImageSummary } from "../wire/write-image-summary.ts";
import { writeVolume } from "./volumes.ts";

const OBJECT_TYPES = ["container", "image", "volume", "build-cache"];

/** What `type` leaves out is null. */
export const diskUsage: Handler = async ({ engine, query }) => {
  const types = query.all("type");
  for (const type of types)
    if (!OBJECT_TYPES.includes(type))
      throw new EngineError("invalid-argument", `unknown object type: ${type}`);
  const isWanted = (type: string) => types.length === 0 || types.includes(type);
  const images = isWanted("image") ? await imageUsage(engine) : null;
  const reply: WireDiskUsage = {
    LayersSize: images?.reduce((total, { Size }) => total + Size, 0) ?? 0,
    Images: images,
    Containers: isWanted("container") ? await containerUsage(engine) : null,
    Volumes: isWanted("volume") ? await volumeUsage(engine) : null,
    BuildCache: isWanted("build-cache") ? [] : null,
  };
  return jsonReply(reply);
};

async function imageUsage(engine: EngineContext): Promise<WireImageSummary[]> {
  const images = await engine.images.list({ all: false, filters: NO_FILTERS });
  const users = engine.containers.all();
  return images.map((image) => ({
    ...writeImageSummary(image),
    SharedSize: 0,
    Labels: { ...image.labels },
    Containers: users.filter(({ record }) => record.imageId === image.id).length,
  }));
}

async function containerUsage(engine: EngineContext): Promise<WireContainerSummary[]> {
  const containers = await listContainers(engine, { all: true, limit: 0, filters: NO_FILTERS });
  const sizes = await measureContainers(engine, containers);
  return containers.map((container) => writeSummary(engine, container, sizes.get(container.id)));
}

async function volumeUsage(engine: EngineContext): Promise<WireVolume[]> {
  const volumes = listVolumes(engine, NO_FILTERS);
  const names = volumes.map(({ name }) => name);
  const sizes = await measureVolumes(engine, names);
  const users = volumesInUse(engine);
  return volumes.map((volume) => ({
    ...writeVolume(volume),
    UsageData: { RefCount: users.get(volume.name)?.length ?? 0, Size: sizes.get(volume.name) ?? 0 },
  }));
}
