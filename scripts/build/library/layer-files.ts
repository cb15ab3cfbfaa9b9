// The files of an image layer while it is made: entries by path, contents in memory, written as a tar in one fixed order.
import { createHash } from "node:crypto";
import { posix } from "node:path";
import { readTar } from "../../../worker/tar/read-tar.ts";
import { type TarEntry, tarEntry } from "../../../worker/tar/tar-entry.ts";
import { type TarSource, writeTar } from "../../../worker/tar/tar-writer.ts";

interface LayerFile {
  readonly entry: TarEntry;
  readonly content: Uint8Array;
}

const nothing = new Uint8Array();

/** "./usr/bin/x/" becomes "usr/bin/x", the root "". */
export function plainPath(path: string): string {
  return path.replace(/^(\.?\/)+/, "").replace(/\/+$/, "");
}

/** /bin, /sbin and /lib are links into /usr: what packages put there lies there. */
export function mergedPath(path: string): string {
  return /^(bin|sbin|lib)(\/|$)/.test(path) ? `usr/${path}` : path;
}

function upperPath(path: string): string {
  return path.replace(/^upper\/?/, "");
}

export class LayerFiles {
  readonly #files = new Map<string, LayerFile>();

  get(path: string): LayerFile | undefined {
    return this.#files.get(path);
  }

  has(path: string): boolean {
    return this.#files.has(path);
  }

  paths(): string[] {
    return [...this.#files.keys()].sort();
  }

  text(path: string): string | undefined {
    const file = this.#files.get(path);
    return file && Buffer.from(file.content).toString("utf8");
  }

  /** Adds or replaces; missing fields are root's, 0644 (folders 0755, links 0777), time 0. */
  put(
    entry: Pick<TarEntry, "path" | "type"> & { readonly [K in keyof TarEntry]?: TarEntry[K] },
    content: Uint8Array = nothing,
  ): void {
    const path = plainPath(entry.path);
    if (path === "") return;
    this.#files.set(path, { entry: tarEntry({ ...entry, path, sizeBytes: content.byteLength }), content });
  }

  putText(path: string, text: string, mode = 0o644): void {
    this.put({ path, type: "file", mode }, Buffer.from(text, "utf8"));
  }

  /** Adds a folder unless there is one. */
  folder(path: string, mode = 0o755): void {
    if (this.#files.get(path)?.entry.type !== "directory") this.put({ path, type: "directory", mode });
  }

  link(path: string, target: string): void {
    this.put({ path, type: "symlink", linkPath: target });
  }

  /** Removes a path and what lies below it. */
  remove(path: string): void {
    this.#files.delete(path);
    for (const other of this.#files.keys()) if (other.startsWith(`${path}/`)) this.#files.delete(other);
  }

  /** Adds a package's tar; calls `member` with each path as the package has it. Folders that are links in the tree stay links. */
  async addTar(
    tar: ReadableStream<Uint8Array>,
    member: (path: string) => void = () => undefined,
  ): Promise<void> {
    let chunks: Uint8Array[] = [];
    let current: TarEntry | undefined;
    await readTar(tar, {
      entry: (entry) => {
        current = entry;
        chunks = [];
      },
      data: (bytes) => {
        chunks.push(bytes.slice());
      },
      end: () => {
        if (!current) return;
        const path = plainPath(current.path);
        member(path);
        this.#addMember({ ...current, path: mergedPath(path) }, Buffer.concat(chunks));
      },
    });
  }

  #addMember(entry: TarEntry, content: Uint8Array): void {
    if (entry.type === "directory" && this.#files.get(entry.path)?.entry.type === "symlink") return;
    if (entry.type !== "hardlink") {
      this.put(entry, content);
      return;
    }
    const target = mergedPath(plainPath(entry.linkPath));
    if (!this.#files.has(target))
      throw new Error(`${entry.path} is a hard link to ${target}, which is not there`);
    this.put({ ...entry, linkPath: target });
  }

  /**
   * Applies what overlayfs holds of a run over this layer and those below: a tar of the folder "upper", with its whiteouts and
   * opaque folders. What disappeared from below becomes an OCI whiteout; nothing is newer than `latestSec`.
   */
  async applyChanges(tar: ReadableStream<Uint8Array>, latestSec: number): Promise<void> {
    const changes = new LayerFiles();
    await changes.addTar(tar);
    for (const changed of changes.paths()) {
      const { entry, content } = changes.get(changed)!;
      const path = upperPath(changed);
      if (path === "") continue;
      if (changes.#isWhiteout(changed)) {
        if (this.has(path)) this.remove(path);
        else this.putText(posix.join(posix.dirname(path), `.wh.${posix.basename(path)}`), "");
        continue;
      }
      if (entry.xattrs.has("trusted.overlay.opaque")) {
        if (this.has(path)) this.remove(path);
        else this.putText(`${path}/.wh..wh..opq`, "");
      }
      const xattrs = new Map([...entry.xattrs].filter(([name]) => !name.startsWith("trusted.overlay.")));
      const mtimeSec = Math.min(entry.mtimeSec, latestSec);
      const linkPath = entry.type === "hardlink" ? upperPath(entry.linkPath) : entry.linkPath;
      this.put(
        { ...entry, path, linkPath, xattrs, mtimeSec, mtimeNsec: 0, userName: "", groupName: "" },
        content,
      );
    }
  }

  /** A device 0/0; overlayfs makes one and links to it for each further one. */
  #isWhiteout(path: string): boolean {
    const entry = this.get(path)?.entry;
    if (entry?.type === "hardlink") return this.#isWhiteout(entry.linkPath);
    return entry?.type === "char" && entry.deviceMajor === 0 && entry.deviceMinor === 0;
  }

  /** The layer's tar: by path, folders before what is in them, a hard link's target before the link. */
  toTar(): ReadableStream<Uint8Array> {
    const files = this.#files;
    function* members(): Generator<TarSource> {
      const links: TarSource[] = [];
      for (const path of [...files.keys()].sort()) {
        const { entry, content } = files.get(path)!;
        if (entry.type === "hardlink") links.push({ entry });
        else yield { entry: entry.type === "directory" ? { ...entry, path: `${path}/` } : entry, content };
      }
      yield* links;
    }
    return writeTar(members());
  }

  /** Seconds since 1970 of the newest entry. */
  newestSec(): number {
    let newest = 0;
    for (const { entry } of this.#files.values()) newest = Math.max(newest, entry.mtimeSec);
    return newest;
  }
}

/** Passes a stream through, and tells its sha256 (hex) and length once it has ended. */
export function hashing(stream: ReadableStream<Uint8Array>): {
  readonly stream: ReadableStream<Uint8Array>;
  readonly result: () => { sha256: string; sizeBytes: number };
} {
  const hash = createHash("sha256");
  let sizeBytes = 0;
  const through = new TransformStream<Uint8Array, Uint8Array>({
    transform(bytes, controller) {
      hash.update(bytes);
      sizeBytes += bytes.byteLength;
      controller.enqueue(bytes);
    },
  });
  return { stream: stream.pipeThrough(through), result: () => ({ sha256: hash.digest("hex"), sizeBytes }) };
}
