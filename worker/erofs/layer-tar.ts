// A layer's image back as a tar, with whiteouts as the OCI image spec has them: for docker save and push. The same image
// gives the same bytes, but not those of the tar it was made from.

import type { TarEntry } from "../tar/tar-entry.ts";
import { tarEntry } from "../tar/tar-entry.ts";
import { type TarSource, writeTar } from "../tar/tar-writer.ts";
import { isOpaque, isWhiteout, opaqueXattr } from "./overlay-marks.ts";
import type { ErofsReader } from "./read-erofs.ts";

/** The stream errors with EngineError("corrupt" | "unavailable") when the image cannot be read. */
export function layerTar(layer: ErofsReader): ReadableStream<Uint8Array> {
  return writeTar(layerMembers(layer));
}

async function* layerMembers(layer: ErofsReader): AsyncGenerator<TarSource, void, undefined> {
  for await (const { entry, content } of layer.walk()) {
    if (isWhiteout(entry)) {
      yield { entry: marker(entry, whiteoutPath(entry.path)) };
      continue;
    }
    const path = entry.path === "" ? "./" : entry.path;
    if (!isOpaque(entry)) {
      const member = { ...entry, path };
      yield entry.type === "file" ? { entry: member, content: content() } : { entry: member };
      continue;
    }
    const xattrs = new Map([...entry.xattrs].filter(([name]) => name !== opaqueXattr));
    yield { entry: { ...entry, path, xattrs } };
    yield { entry: marker(entry, entry.path === "" ? ".wh..wh..opq" : `${entry.path}/.wh..wh..opq`) };
  }
}

function marker(entry: TarEntry, path: string): TarEntry {
  return tarEntry({ path, type: "file", mode: 0, mtimeSec: entry.mtimeSec, mtimeNsec: entry.mtimeNsec });
}

function whiteoutPath(path: string): string {
  const nameAt = path.lastIndexOf("/") + 1;
  return `${path.slice(0, nameAt)}.wh.${path.slice(nameAt)}`;
}
