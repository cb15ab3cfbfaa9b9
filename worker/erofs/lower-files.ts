// What a layer's tar leaves to the layers below it: targets of hard links, and the owner and mode of directories that it
// only puts something into. Unpacking on a file system finds both in place; an image needs them asked for.

import { EngineError } from "../base/errors.ts";
import { chunksOf } from "../base/streams.ts";
import { entryPathSegments } from "../tar/entry-path.ts";
import type { TarEntry } from "../tar/tar-entry.ts";
import type { ErofsBuilder } from "./erofs-builder.ts";
import { metadataOf } from "./tar-metadata.ts";

/** What the layers below have, as a container of them would see it. */
export interface LowerFiles {
  /** Without following a symlink in the last place; undefined when there is nothing (any more). */
  find(path: string): Promise<LowerFile | undefined>;
}

export interface LowerFile {
  readonly entry: TarEntry;
  /** A file's content. */
  content(): ReadableStream<Uint8Array>;
}

const maxSymlinks = 40;

/** Copies into the image what its links and directories need of `lower`. Rejects with EngineError("corrupt" | "out-of-space"). */
export async function completeFromLower(builder: ErofsBuilder, lower: LowerFiles): Promise<void> {
  await copyLinkTargets(builder, lower);
  await copyDirectories(builder, lower);
}

async function copyLinkTargets(builder: ErofsBuilder, lower: LowerFiles): Promise<void> {
  for (const { path, target } of builder.unresolvedLinks()) {
    if (builder.kindAt(path) !== "unresolved") continue;
    const present = builder.kindAt(target);
    if (present !== undefined && present !== "whiteout" && present !== "unresolved") {
      builder.addHardLink(path, target);
      continue;
    }
    const found = await lower.find(entryPathSegments(target).join("/"));
    if (found === undefined) throw noTarget(path, target);
    await copyLinkTarget(builder, path, found);
    // The file below would stay another one: the target becomes a name of the copy too.
    if (present === undefined) builder.addHardLink(target, path);
  }
}

async function copyLinkTarget(
  builder: ErofsBuilder,
  path: string,
  { entry, content }: LowerFile,
): Promise<void> {
  if (entry.type === "symlink") builder.resolveSymlink(path, metadataOf(entry), entry.linkPath);
  else if (entry.type === "file") {
    builder.beginResolvedFile(path, metadataOf(entry), entry.sizeBytes);
    for await (const chunk of chunksOf(content())) builder.data(chunk);
    builder.endFile();
  } else throw noTarget(path, entry.path);
}

function noTarget(path: string, target: string): EngineError {
  return new EngineError(
    "corrupt",
    `Invalid hard link ${JSON.stringify(path)}: no file ${JSON.stringify(target)} in this layer or below`,
  );
}

async function copyDirectories(builder: ErofsBuilder, lower: LowerFiles): Promise<void> {
  const done = new Set<string>();
  // Following a symlink can bring about more of them.
  for (let found = true; found; ) {
    found = false;
    for (const path of builder.impliedDirectories()) {
      if (done.has(path) || builder.kindAt(path) !== "directory") continue;
      done.add(path);
      found = true;
      const { target, entry } = await followLinks(lower, path);
      if (entry?.type === "directory") {
        if (target === path) builder.addDirectory(path, metadataOf(entry));
        else builder.moveImpliedDirectory(path, target);
      }
    }
  }
}

/** Where `path` leads below, and what is there. */
async function followLinks(
  lower: LowerFiles,
  path: string,
): Promise<{ target: string; entry: TarEntry | undefined }> {
  let target = path;
  for (let followed = 0; followed <= maxSymlinks; followed++) {
    const entry = (await lower.find(target))?.entry;
    if (entry?.type !== "symlink") return { target, entry };
    const base = entry.linkPath.startsWith("/") ? [] : target.split("/").slice(0, -1);
    for (const name of entry.linkPath.split("/")) {
      if (name === "..") base.pop();
      else if (name !== "" && name !== ".") base.push(name);
    }
    target = base.join("/");
  }
  throw new EngineError("corrupt", `Too many symlinks at ${JSON.stringify(path)}`);
}
