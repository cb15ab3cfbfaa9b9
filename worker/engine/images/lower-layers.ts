// What the layers below one show at a path, as overlayfs would: for hard links to files of lower layers, and directories that a
// layer's tar leaves out.

import { ErofsReader, type ImageFile } from "../../erofs/read-erofs.ts";
import type { LowerFiles } from "../../erofs/write-erofs.ts";
import type { LayerSource } from "../../store/layer-source.ts";

export class LowerLayers implements LowerFiles {
  readonly #sources: readonly LayerSource[];
  #readers: Promise<ErofsReader[]> | undefined;

  /** Bottom first. */
  constructor(sources: readonly LayerSource[]) {
    this.#sources = sources;
  }

  async find(path: string): Promise<ImageFile | undefined> {
    this.#readers ??= Promise.all([...this.#sources].reverse().map((source) => ErofsReader.open(source)));
    for (const reader of await this.#readers) {
      const found = await findIn(reader, path.split("/"));
      if (found.file !== undefined || found.hidesLower) return found.file;
    }
    return undefined;
  }
}

/** `hidesLower`: whatever lower layers have there is covered. */
async function findIn(
  reader: ErofsReader,
  segments: readonly string[],
): Promise<{ file: ImageFile | undefined; hidesLower: boolean }> {
  let hidesLower = false;
  for (let depth = 1; depth <= segments.length; depth++) {
    const file = await reader.find(segments.slice(0, depth).join("/"));
    if (file === undefined) return { file: undefined, hidesLower };
    if (isWhiteout(file)) return { file: undefined, hidesLower: true };
    if (depth === segments.length) return { file, hidesLower: true };
    if (file.entry.type !== "directory") return { file: undefined, hidesLower: true };
    hidesLower ||= file.entry.xattrs.get("trusted.overlay.opaque")?.[0] === "y".charCodeAt(0);
  }
  return { file: undefined, hidesLower };
}

function isWhiteout({ entry }: ImageFile): boolean {
  return entry.type === "char" && entry.deviceMajor === 0 && entry.deviceMinor === 0;
}
