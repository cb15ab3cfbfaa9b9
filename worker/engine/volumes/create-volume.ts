// `docker volume create`, and the volumes that come to be with a container.

import { EngineError } from "../../base/errors.ts";
import { newContainerId } from "../container-id.ts";
import type { EngineContext } from "../engine-context.ts";
import { checkVolumeOptions } from "./volume-options.ts";
import { type VolumeRecord, volumeMountpoint } from "./volume-store.ts";

export interface CreateVolumeRequest {
  /** Empty: an anonymous one. */
  readonly name: string;
  readonly driver: string;
  readonly options: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

const ANONYMOUS_LABEL = "com.docker.volume.anonymous";

/** Returns the volume that has the name already, if one has. */
export async function createVolume(
  engine: EngineContext,
  request: CreateVolumeRequest,
): Promise<VolumeRecord> {
  const { name, driver, options } = request;
  if (driver !== "" && driver !== "local")
    throw new EngineError(
      "not-found",
      `error looking up volume plugin ${driver}: plugin "${driver}" not found`,
    );
  checkVolumeOptions(name, options);
  if (name !== "") checkVolumeName(name);
  const known = engine.volumes.get(name);
  if (known) return known;
  const anonymous = name === "";
  const record: VolumeRecord = {
    name: anonymous ? newContainerId(engine.randomBytes) : name,
    createdAtMs: engine.clock.nowMs(),
    labels: anonymous ? { ...request.labels, [ANONYMOUS_LABEL]: "" } : { ...request.labels },
    options: { ...options },
    anonymous,
  };
  await engine.volumes.add(record);
  try {
    await engine.runtime.files.makeDirectory(volumeMountpoint(record.name));
  } catch (error) {
    await engine.volumes.remove(record.name);
    throw error;
  }
  engine.events.emit("volume", "create", record.name, { driver: "local" });
  return record;
}

/** Throws Docker's words for a name that is not one. */
export function checkVolumeName(name: string): void {
  if (/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(name) && name.length <= 255) return;
  throw new EngineError(
    "invalid-argument",
    `create ${name}: "${name}" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path`,
  );
}
