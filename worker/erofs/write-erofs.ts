// Turns a layer's tar into an EROFS image in one pass, whiteouts and opaque directories in the form overlayfs reads.
// OCI image spec, "Image Layer Filesystem Changeset"; Linux, Documentation/filesystems/overlayfs.rst.

import { EngineError } from "../base/errors.ts";
import type { ByteFile } from "../store/byte-file.ts";
import { entryPathSegments } from "../tar/entry-path.ts";
import { type ReadTarOptions, readTar } from "../tar/read-tar.ts";
import type { TarEntry } from "../tar/tar-entry.ts";
import type { TarHandler } from "../tar/tar-parser.ts";
import { ErofsBuilder, type ErofsImage, type ErofsOptions } from "./erofs-builder.ts";
import { completeFromLower, type LowerFiles } from "./lower-files.ts";
import { metadataOf } from "./tar-metadata.ts";

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
      await completeFromLower(builder, options.lower);
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
