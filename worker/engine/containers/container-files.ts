// `docker cp` and `docker export`: tar streams out of and into a container's file system, whether it runs or not.

import { EngineError, messageOf } from "../../base/errors.ts";
import type { TarEntry } from "../../tar/tar-entry.ts";
import type { EngineContext } from "../engine-context.ts";
import type { Container } from "./container.ts";
import { normalizePath } from "./parse-bind.ts";
import { peekTar } from "./peek-tar.ts";

/** Where a path of a container is in the guest, until `release`. */
export interface OpenPlace {
  readonly root: string;
  readonly path: string;
  readonly writable: boolean;
  /** What the container calls `root`: "" but for a mount that is looked up without the container. */
  readonly mountedAt: string;
  release(): void;
}

export interface PathArchive {
  /** Of the path itself. */
  readonly entry: TarEntry;
  /** To be read to its end or cancelled: until then a container that does not run cannot start. */
  readonly tar: ReadableStream<Uint8Array>;
}

/** Rejects with not-found in Docker's words. */
export async function readArchive(
  engine: EngineContext,
  reference: string,
  path: string,
): Promise<PathArchive> {
  if (path === "") throw new EngineError("invalid-argument", "path cannot be empty");
  const container = engine.containers.find(reference);
  const place = await openPlace(engine, container, path);
  try {
    const { entry, tar } = await peekTar(await engine.runtime.files.tarOut(place.root, place.path));
    if (entry === undefined) throw notFound(path, reference);
    return { entry, tar: releasing(tar, place) };
  } catch (error) {
    place.release();
    throw translated(error, path, reference);
  }
}

/** Unpacks into the directory `path`. Rejects with not-found, or forbidden where nothing may be written. */
export async function writeArchive(
  engine: EngineContext,
  reference: string,
  path: string,
  tar: ReadableStream<Uint8Array>,
): Promise<void> {
  if (path === "") throw new EngineError("invalid-argument", "path cannot be empty");
  const container = engine.containers.find(reference);
  const place = await openPlace(engine, container, path);
  try {
    if (!place.writable) throw new EngineError("forbidden", "container rootfs is marked read-only");
    await engine.runtime.files.tarIn(place.root, place.path, tar);
  } catch (error) {
    if (error instanceof EngineError && /not a directory/i.test(error.message))
      throw new EngineError("invalid-argument", "extraction point is not a directory", { cause: error });
    throw translated(error, path, reference);
  } finally {
    place.release();
  }
}

/** A container that runs is seen as its processes see it; of others the layers are mounted, and their volumes looked up. */
export async function openPlace(
  engine: EngineContext,
  container: Container,
  path: string,
): Promise<OpenPlace> {
  const wanted = normalizePath(`/${path}`) || "/";
  const { record } = container;
  const mount = record.mounts
    .filter(({ type, destination }) => type !== "tmpfs" && isWithin(wanted, destination))
    .sort((one, other) => other.destination.length - one.destination.length)[0];
  const writable = mount?.writable ?? !record.host.readonlyRootfs;
  if (container.run)
    return {
      root: `/proc/${container.run.process.pid}/root`,
      path: wanted,
      writable,
      mountedAt: "",
      release() {},
    };
  if (mount)
    return {
      root: mount.source,
      path: wanted.slice(mount.destination.length) || "/",
      writable,
      mountedAt: mount.destination,
      release() {},
    };
  const { layers } = await engine.images.resolve(record.imageId);
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await new Promise<void>((resolve, reject) => {
    container.mutex
      .run(async () => {
        if (container.run)
          throw new EngineError("conflict", `container ${container.id} has just been started`);
        await engine.runtime.mountRoot(container.id, layers);
        resolve();
        await released;
        await engine.runtime.cleanUp(container.id);
      })
      .catch(reject);
  });
  return { root: engine.runtime.rootPath(container.id), path: wanted, writable, mountedAt: "", release };
}

function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory}/`);
}

function releasing(tar: ReadableStream<Uint8Array>, place: OpenPlace): ReadableStream<Uint8Array> {
  const reader = tar.getReader();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (!done) return controller.enqueue(value);
          place.release();
          controller.close();
        } catch (error) {
          place.release();
          throw error;
        }
      },
      async cancel(reason) {
        place.release();
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

export function translated(error: unknown, path: string, reference: string): unknown {
  const isMissing =
    error instanceof EngineError &&
    (error.code === "not-found" || /no such file or directory|not a directory/i.test(messageOf(error)));
  return isMissing && !error.message.startsWith("No such container") ? notFound(path, reference) : error;
}

function notFound(path: string, reference: string): EngineError {
  return new EngineError("not-found", `Could not find the file ${path} in container ${reference}`);
}
