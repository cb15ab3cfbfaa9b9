// Volumes.

import { rfc3339Nano } from "../../engine/time-text.ts";
import { createVolume } from "../../engine/volumes/create-volume.ts";
import { listVolumes } from "../../engine/volumes/list-volumes.ts";
import { pruneVolumes, removeVolume } from "../../engine/volumes/remove-volume.ts";
import { type VolumeRecord, volumeMountpoint } from "../../engine/volumes/volume-store.ts";
import { type Handler, parameter } from "../api-call.ts";
import { readJsonBody } from "../json-body.ts";
import { JsonFields } from "../json-fields.ts";
import { jsonReply, noContent } from "../reply.ts";
import type { WireVolume, WireVolumeList, WireVolumesPruned } from "../wire/volume.ts";

export const list: Handler = ({ engine, query }) => {
  const reply: WireVolumeList = {
    Volumes: listVolumes(engine, query.filters()).map(writeVolume),
    Warnings: null,
  };
  return jsonReply(reply);
};

export const create: Handler = async ({ engine, request }) => {
  const body = new JsonFields(await readJsonBody(request.body));
  const volume = await createVolume(engine, {
    name: body.text("Name"),
    driver: body.text("Driver"),
    options: body.textMap("DriverOpts"),
    labels: body.textMap("Labels"),
  });
  return jsonReply(writeVolume(volume), 201);
};

export const inspect: Handler = (call) =>
  jsonReply(writeVolume(call.engine.volumes.find(parameter(call, "name"))));

export const remove: Handler = async (call) => {
  await removeVolume(call.engine, parameter(call, "name"), call.query.boolean("force"));
  return noContent();
};

/** Before API 1.42 all volumes without a container were meant, and not those without a name alone. */
export const prune: Handler = async ({ engine, query, version }) => {
  const filters = query.filters();
  const meant = version < 42 ? new Map([...filters, ["all", ["true"]] as const]) : filters;
  const { removed, reclaimedBytes } = await pruneVolumes(engine, meant);
  const reply: WireVolumesPruned = {
    VolumesDeleted: removed.length > 0 ? removed : null,
    SpaceReclaimed: reclaimedBytes,
  };
  return jsonReply(reply);
};

export function writeVolume(volume: VolumeRecord): WireVolume {
  return {
    CreatedAt: rfc3339Nano(Math.floor(volume.createdAtMs / 1000) * 1000),
    Driver: "local",
    Labels: Object.keys(volume.labels).length > 0 ? volume.labels : null,
    Mountpoint: volumeMountpoint(volume.name),
    Name: volume.name,
    Options: Object.keys(volume.options).length > 0 ? volume.options : null,
    Scope: "local",
  };
}
