// Turns a layer's tar into an EROFS image in one pass, whiteouts and opaque directories in the form overlayfs reads.
// OCI image spec, "Image Layer Filesystem Changeset"; Linux, Documentation/filesystems/overlayfs.rst.

import { EngineError } from "../base/errors.ts";
import { chunksOf } from "../base/streams.ts";
import type { ByteFile } from "../store/byte-file.ts";
import { entryPathSegments } from "../tar/entry-path.ts";
import { type ReadTarOptions, readTar } from "../tar/read-tar.ts";
import type { TarEntry } from "../tar/tar-entry.ts";
import type { TarHandler } from "../tar/tar-parser.ts";
import { ErofsBuilder, type ErofsImage, type ErofsOptions } from "./erofs-builder.ts";
import type { InodeMetadata } from "./layer-tree.ts";

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

export interface WriteErofsOptions extends ErofsOptions, Pick<ReadTarOptions, "onBytes" | "signal"> {
  /**
   * Asked for the targets of hard links that the tar does not have, which are then copied into this layer, and for the
   * owner and mode of directories that the tar leaves out. Without it the first is an error and the second 0755 root.
   */
  readonly lower?: LowerFiles;
}

export interface WrittenErofs extends ErofsImage {
  readonly uncompressedTarBytes: number;
}

const whiteoutPrefix = ".wh.";
const whiteoutMetaPrefix = ".wh..wh.";
const opaqueMarker = ".wh..wh..opq";

/**
 * Writes the image into `file`. Rejects with EngineError("corrupt" | "out-of-space"), the stream's error or the signal's
 * reason; the file is then empty and the stream cancelled.
 */
export async function writeErofs(
  tar: ReadableStream<Uint8Array>,
  file: ByteFile,
  options: WriteErofsOptions = {},
): Promise<WrittenErofs> {
  try {
    const builder = new ErofsBuilder(file, options);
    const uncompressedTarBytes = await readTar(tar, layerHandler(builder), options);
    if (options.lower) {
      await copyLinkTargets(builder, options.lower);
      await copyDirectories(builder, options.lower);
    }
    return { ...builder.finish(), uncompressedTarBytes };
  } catch (error) {
    file.truncate(0);
    throw error;
  }
}

/** Adds the members of a layer's tar to an image. */
export function layerHandler(builder: ErofsBuilder): TarHandler {
  let isFile = false;
  return {
    entry(entry) {
      isFile = false;
      const segments = entryPathSegments(entry.path);
      const name = segments.at(-1) ?? "";
      if (segments.some((segment) => segment.startsWith(whiteoutPrefix)))
        addWhiteout(builder, segments, name);
      else isFile = addEntry(builder, entry);
    },
    data(bytes) {
      if (isFile) builder.data(bytes);
    },
    hole(lengthBytes) {
      if (isFile) builder.hole(lengthBytes);
    },
    end() {
      if (isFile) builder.endFile();
    },
  };
}

function addWhiteout(builder: ErofsBuilder, segments: readonly string[], name: string): void {
  const parent = segments.slice(0, -1);
  if (name === opaqueMarker && !parent.some((segment) => segment.startsWith(whiteoutPrefix))) {
    builder.makeOpaque(parent.join("/"));
    return;
  }
  // Bookkeeping of aufs: no part of the image.
  if (segments.some((segment) => segment.startsWith(whiteoutMetaPrefix))) return;
  const hidden = name.slice(whiteoutPrefix.length);
  if (!name.startsWith(whiteoutPrefix) || ["", ".", ".."].includes(hidden)) {
    throw new EngineError("corrupt", `Invalid whiteout ${JSON.stringify(segments.join("/"))}`);
  }
  builder.addWhiteout([...parent, hidden].join("/"));
}

/** Whether content follows. */
function addEntry(builder: ErofsBuilder, entry: TarEntry): boolean {
  const { path, type } = entry;
  const metadata = metadataOf(entry);
  if (type === "file") builder.beginFile(path, metadata, entry.sizeBytes);
  else if (type === "directory") builder.addDirectory(path, metadata);
  else if (type === "symlink") builder.addSymlink(path, metadata, entry.linkPath);
  else if (type === "hardlink") builder.addHardLink(path, entry.linkPath);
  else if (type === "fifo") builder.addFifo(path, metadata);
  else builder.addDevice(path, metadata, type, entry.deviceMajor, entry.deviceMinor);
  return type === "file";
}

function metadataOf(entry: TarEntry): InodeMetadata {
  const { mode, uid, gid, mtimeSec, mtimeNsec } = entry;
  return { mode, uid, gid, mtimeSec, mtimeNsec, xattrs: withoutOverlay(entry.xattrs) };
}

/** What overlayfs keeps for itself must not come from an archive: it could redirect a name to other files. */
function withoutOverlay(xattrs: ReadonlyMap<string, Uint8Array>): ReadonlyMap<string, Uint8Array> {
  if (![...xattrs.keys()].some(isOverlay)) return xattrs;
  return new Map([...xattrs].filter(([name]) => !isOverlay(name)));
}

function isOverlay(name: string): boolean {
  return name.startsWith("trusted.overlay.");
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
  for (const path of builder.impliedDirectories()) {
    const found = await lower.find(path);
    if (found?.entry.type === "directory") builder.addDirectory(path, metadataOf(found.entry));
  }
}
