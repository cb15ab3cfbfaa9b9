// The files of an image of several layers, as overlayfs would show them: /etc/passwd for a user's number, the lower layers
// of one that is being written.

import type { LowerFiles } from "./lower-files.ts";
import { isOpaque, isWhiteout } from "./overlay-marks.ts";
import type { ErofsReader, ImageFile } from "./read-erofs.ts";

const maxSymlinks = 40;

export class LayeredFiles implements LowerFiles {
  readonly #layers: readonly ErofsReader[];

  /** The uppermost layer first. */
  constructor(layers: readonly ErofsReader[]) {
    this.#layers = layers;
  }

  /** What is at `path`, symlinks followed on the way but not in the last place. Rejects with EngineError("corrupt"). */
  find(path: string): Promise<ImageFile | undefined> {
    return this.#walk(path, false);
  }

  /** What `path` leads to, all symlinks followed, within the root; the entry's path says where that is. */
  resolve(path: string): Promise<ImageFile | undefined> {
    return this.#walk(path, true);
  }

  async #walk(path: string, followLast: boolean): Promise<ImageFile | undefined> {
    const names = path.split("/").reverse();
    let resolved: string[] = [];
    let file = await this.#at(resolved);
    let symlinks = 0;
    for (let name = names.pop(); name !== undefined; name = names.pop()) {
      if (name === "" || name === ".") continue;
      if (name === "..") resolved.pop();
      else resolved.push(name);
      file = await this.#at(resolved);
      if (file === undefined) return undefined;
      const isLast = names.every((rest) => rest === "" || rest === ".");
      if (file.entry.type !== "symlink" || (isLast && !followLast)) continue;
      if (++symlinks > maxSymlinks) return undefined;
      if (file.entry.linkPath.startsWith("/")) resolved = [];
      else resolved.pop();
      names.push(...file.entry.linkPath.split("/").reverse());
      file = await this.#at(resolved);
    }
    return file;
  }

  /** The topmost layer's file of that name, unless something above hides it. */
  async #at(segments: readonly string[]): Promise<ImageFile | undefined> {
    for (const layer of this.#layers) {
      const trail = await layer.trail(segments);
      const last = trail.at(-1);
      if (last === undefined || isWhiteout(last.entry)) return undefined;
      if (trail.length > segments.length) return last;
      if (last.entry.type !== "directory" || trail.some(({ entry }) => isOpaque(entry))) return undefined;
    }
    return undefined;
  }
}
