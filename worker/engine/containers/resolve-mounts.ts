// What a container mounts: binds, --mount, --tmpfs, volumes of other containers, and the image's own volumes where nothing
// else is mounted. Named and anonymous volumes come to be here.

import { EngineError } from "../../base/errors.ts";
import type { EngineContext } from "../engine-context.ts";
import { checkVolumeName, createVolume } from "../volumes/create-volume.ts";
import { volumeMountpoint } from "../volumes/volume-store.ts";
import type { ContainerConfig, HostConfig, MountPoint, MountRequest } from "./container-record.ts";
import { normalizePath, parseBind } from "./parse-bind.ts";
import { tmpfsOptions } from "./tmpfs-options.ts";

/** Throws invalid-argument in Docker's words. */
export async function resolveMounts(
  engine: EngineContext,
  config: ContainerConfig,
  host: HostConfig,
): Promise<MountPoint[]> {
  const points = new Map<string, MountPoint>();
  for (const point of inheritedMounts(engine, host.volumesFrom)) points.set(point.destination, point);
  const asked = new Set<string>();
  const add = (point: MountPoint) => {
    if (asked.has(point.destination))
      throw new EngineError("invalid-argument", `Duplicate mount point: ${point.destination}`);
    asked.add(point.destination);
    points.set(point.destination, point);
  };
  for (const text of host.binds) add(bindPoint(text));
  for (const request of host.mounts) add(await requestedPoint(engine, request));
  for (const [target, options] of Object.entries(host.tmpfs)) add(tmpfsPoint(target, options));
  for (const target of config.volumes) {
    const destination = normalizePath(target);
    if (!destination.startsWith("/") || destination === "/")
      throw new EngineError("invalid-argument", `invalid volume specification: '${target}'`);
    if (!points.has(destination)) points.set(destination, volumePoint("", destination));
  }
  const requests = new Map(host.mounts.map((request) => [normalizePath(request.target), request] as const));
  for (const point of points.values()) {
    if (point.type !== "volume") continue;
    const volume = await createVolume(engine, {
      name: point.name,
      driver: requests.get(point.destination)?.volumeDriver || host.volumeDriver,
      options: requests.get(point.destination)?.volumeOptions ?? {},
      labels: requests.get(point.destination)?.volumeLabels ?? {},
    });
    point.name = volume.name;
    point.source = volumeMountpoint(volume.name);
  }
  return [...points.values()].sort((one, other) => (one.destination < other.destination ? -1 : 1));
}

function bindPoint(text: string): MountPoint {
  const bind = parseBind(text);
  const point = bind.source.startsWith("/")
    ? { ...emptyPoint("bind", bind.target), source: bind.source, createSource: true, propagation: "rprivate" }
    : volumePoint(bind.source, bind.target);
  if (point.type === "volume" && bind.source !== "") checkVolumeName(bind.source);
  return {
    ...point,
    mode: bind.mode || (point.type === "volume" ? "z" : ""),
    writable: bind.writable,
    propagation: bind.propagation || point.propagation,
    copyUp: point.copyUp && !bind.noCopy,
  };
}

async function requestedPoint(engine: EngineContext, request: MountRequest): Promise<MountPoint> {
  const refuse = (reason: string): never => {
    throw new EngineError("invalid-argument", `invalid mount config for type "${request.type}": ${reason}`);
  };
  const destination = normalizePath(request.target);
  if (request.target === "") refuse("field Target must not be empty");
  if (!destination.startsWith("/"))
    refuse(`invalid mount path: '${request.target}' mount path must be absolute`);
  if (destination === "/") refuse("invalid specification: destination can't be '/'");
  const common = { writable: !request.readOnly, propagation: request.propagation };
  if (request.type === "tmpfs") {
    if (request.source !== "") refuse("field Source must not be specified");
    return { ...emptyPoint("tmpfs", destination), tmpfsOptions: requestedTmpfs(request) };
  }
  if (request.type === "volume") {
    if (request.source !== "") checkVolumeName(request.source);
    const { subpath } = request;
    if (subpath.startsWith("/") || subpath.split("/").includes(".."))
      refuse("subpath must be a relative path within the volume");
    if (subpath !== "" && request.source === "") refuse("must not set Subpath when using anonymous volumes");
    return {
      ...volumePoint(request.source, destination),
      ...common,
      mode: "z",
      copyUp: !request.noCopy && subpath === "",
      subpath,
    };
  }
  if (request.source === "") refuse("field Source must not be empty");
  if (!/^(|r?(private|shared|slave))$/.test(request.propagation))
    refuse(`invalid propagation mode: ${request.propagation}`);
  if (!request.source.startsWith("/"))
    refuse(`invalid mount path: '${request.source}' mount path must be absolute`);
  const source = normalizePath(request.source);
  if (!request.createMountpoint && !(await engine.runtime.files.exists(source)))
    refuse(`bind source path does not exist: ${source}`);
  return {
    ...emptyPoint("bind", destination),
    ...common,
    source,
    propagation: request.propagation || "rprivate",
    recursive: !request.nonRecursive,
    readOnlyNonRecursive: request.readOnlyNonRecursive || request.nonRecursive,
    createSource: request.createMountpoint,
  };
}

function tmpfsPoint(target: string, options: string): MountPoint {
  const destination = normalizePath(target);
  if (!destination.startsWith("/") || destination === "/")
    throw new EngineError("invalid-argument", `invalid tmpfs mount path: '${target}'`);
  return {
    ...emptyPoint("tmpfs", destination),
    mode: options,
    tmpfsOptions: tmpfsOptions(options === "" ? [] : options.split(",")),
  };
}

function requestedTmpfs(request: MountRequest): string[] {
  return tmpfsOptions([
    ...(request.readOnly ? ["ro"] : []),
    ...(request.tmpfsSizeBytes > 0 ? [`size=${request.tmpfsSizeBytes}`] : []),
    ...(request.tmpfsMode > 0 ? [`mode=${request.tmpfsMode.toString(8)}`] : []),
    ...request.tmpfsOptions,
  ]);
}

/** `CONTAINER[:ro|rw]` */
function inheritedMounts(engine: EngineContext, volumesFrom: readonly string[]): MountPoint[] {
  return volumesFrom.flatMap((text) => {
    const [reference = "", mode = ""] = text.split(":");
    if (!["", "ro", "rw", "z", "Z"].includes(mode))
      throw new EngineError("invalid-argument", `invalid mode: ${mode}`);
    return engine.containers
      .find(reference)
      .record.mounts.filter((mount) => mount.type !== "tmpfs")
      .map((mount) => ({ ...mount, writable: mount.writable && mode !== "ro", mode }));
  });
}

function volumePoint(name: string, destination: string): MountPoint {
  return { ...emptyPoint("volume", destination), name, copyUp: true };
}

function emptyPoint(type: MountPoint["type"], destination: string): MountPoint {
  return {
    type,
    name: "",
    source: "",
    destination,
    mode: "",
    writable: true,
    propagation: "",
    recursive: true,
    copyUp: false,
    createSource: false,
    tmpfsOptions: [],
  };
}
