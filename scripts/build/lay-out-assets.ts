// Lays out what the steps made as one flat folder, as the page and Node read it: machine.json says what is in it.
import { createHash } from "node:crypto";
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";

/** A file of the assets folder. */
export interface AssetFile {
  /** Relative to machine.json; has a hash of its content in it. */
  readonly file: string;
  readonly sizeBytes: number;
  /** "sha256:" and 64 hex digits. */
  readonly sha256: string;
}

export interface DiskFile extends AssetFile {
  readonly diskBytes: number;
}

/** machine.json. */
export interface MachineAssets {
  readonly version: 2;
  readonly memoryBytes: number;
  /** v86.wasm, gzip. */
  readonly v86: AssetFile;
  /** The machine's snapshot (worker/machine/snapshot.ts) packed by zstd; and its size before. */
  readonly snapshot: AssetFile;
  readonly snapshotBytes: number;
  /** Chunk manifest (worker/store/chunk-manifest.ts) of the system's image. */
  readonly system: AssetFile;
  /** Templates of the data disk (worker/disk/disk-template.ts): the usual one, and smaller ones. */
  readonly dataDisk: DiskFile;
  readonly smallerDataDisks: readonly DiskFile[];
  /** The images that ship (worker/engine/images/shipped-library.ts). */
  readonly library: AssetFile;
  /** `uname -r` of the machine, and whether it is the lean kernel. */
  readonly kernel: { readonly version: string; readonly lean: boolean };
}

export class AssetsFolder {
  readonly path: string;
  constructor(path: string) {
    this.path = path;
  }

  /** Writes bytes as NAME-HASH.EXTENSION. Packed files must not say so in their extension: servers would announce an encoding. */
  async add(name: string, bytes: Uint8Array): Promise<AssetFile> {
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const extension = extname(name);
    const file = `${name.slice(0, name.length - extension.length)}-${sha256.slice(0, 16)}${extension}`;
    await writeFile(join(this.path, file), bytes);
    return { file, sizeBytes: bytes.byteLength, sha256: `sha256:${sha256}` };
  }

  async addFile(name: string, path: string): Promise<AssetFile> {
    return this.add(name, await readFile(path));
  }

  /** Copies files whose names have their content's hash already. */
  async addAll(folder: string, wanted: (name: string) => boolean = () => true): Promise<void> {
    for (const name of await readdir(folder)) {
      if (wanted(name)) await cp(join(folder, name), join(this.path, name));
    }
  }

  async describe(assets: MachineAssets): Promise<void> {
    await writeFile(join(this.path, "machine.json"), `${JSON.stringify(assets, undefined, 1)}\n`);
  }
}

/** Fills a fresh folder, then puts it in the place of the old one. */
export async function replaceFolder(
  target: string,
  fill: (folder: AssetsFolder) => Promise<void>,
): Promise<void> {
  const fresh = `${target}.new-${process.pid}`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  await fill(new AssetsFolder(fresh));
  await rm(target, { recursive: true, force: true });
  await rename(fresh, target);
}
