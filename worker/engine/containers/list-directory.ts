// The entries of one directory of a container, for file browsers. `docker cp` could only give whole trees.

import { EngineError } from "../../base/errors.ts";
import type { GuestFileStatus, GuestFiles } from "../container-runtime.ts";
import type { EngineContext } from "../engine-context.ts";
import { openPlace, translated } from "./container-files.ts";
import { peekTar } from "./peek-tar.ts";

export interface DirectoryEntry extends GuestFileStatus {
  readonly name: string;
}

export interface DirectoryListing {
  /** What was asked for, its symlinks resolved inside the container. */
  readonly path: string;
  /** Directories first, then by name. */
  readonly entries: readonly DirectoryEntry[];
  /** There are more than are listed. */
  readonly truncated: boolean;
}

const MOST_ENTRIES = 2000;
const STATUSES_A_BATCH = 250;
/** As the kernel does before it says ELOOP. */
const MOST_LINKS = 40;

/** Rejects with not-found in the words of `docker cp`, or invalid-argument for what is no directory. */
export async function listDirectory(
  engine: EngineContext,
  reference: string,
  path: string,
): Promise<DirectoryListing> {
  const container = engine.containers.find(reference);
  const place = await openPlace(engine, container, path);
  const { files } = engine.runtime;
  try {
    const real = await resolveDirectory(files, place.root, place.path);
    const names = await files.list(`${place.root}${real}`);
    const listed = names.slice(0, MOST_ENTRIES);
    const entries: DirectoryEntry[] = [];
    for (let at = 0; at < listed.length; at += STATUSES_A_BATCH) {
      const some = listed.slice(at, at + STATUSES_A_BATCH);
      const prefix = real === "/" ? "/" : `${real}/`;
      const statuses = await files.statuses(
        place.root,
        some.map((name) => prefix + name),
      );
      for (const [index, status] of statuses.entries())
        if (status !== undefined) entries.push({ name: some[index]!, ...status, mode: status.mode & 0o7777 });
    }
    return {
      path: place.mountedAt === "" ? real : place.mountedAt + (real === "/" ? "" : real),
      entries: entries.sort(directoriesFirst),
      truncated: names.length > listed.length,
    };
  } catch (error) {
    throw translated(error, path, reference);
  } finally {
    place.release();
  }
}

function directoriesFirst(one: DirectoryEntry, other: DirectoryEntry): number {
  if ((one.kind === "directory") !== (other.kind === "directory")) return one.kind === "directory" ? -1 : 1;
  return one.name < other.name ? -1 : 1;
}

/**
 * The path with every symlink replaced by what it says, seen from `root`. Looked at one component after another, because the guest lists
 * a directory by its whole path. A container that swaps a directory for a link in between gains nothing: names of this machine are seen, no content.
 */
async function resolveDirectory(files: GuestFiles, root: string, path: string): Promise<string> {
  const waiting = path.split("/").filter(Boolean);
  const done: string[] = [];
  for (let links = 0; waiting.length > 0; ) {
    const part = waiting.shift()!;
    if (part === ".") continue;
    if (part === "..") {
      done.pop();
      continue;
    }
    const here = `/${[...done, part].join("/")}`;
    const [status] = await files.statuses(root, [here]);
    if (status === undefined) throw new EngineError("not-found", here);
    if (status.kind === "directory") done.push(part);
    else if (status.kind === "symlink" && links++ < MOST_LINKS) {
      const target = await linkTarget(files, root, here);
      if (target.startsWith("/")) done.length = 0;
      waiting.unshift(...target.split("/").filter(Boolean));
    } else throw new EngineError("invalid-argument", `${here} is no directory`);
  }
  return `/${done.join("/")}`;
}

async function linkTarget(files: GuestFiles, root: string, path: string): Promise<string> {
  const { entry, tar } = await peekTar(await files.tarOut(root, path));
  await tar.cancel();
  return entry?.type === "symlink" ? entry.linkPath : "";
}
