// Lays out what the steps made as one folder of assets, as the page and Node expect it: .cache/assets, described by machine.json.
import { createHash } from "node:crypto";
import { cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

export interface AssetSource {
  /** Its name in the folder; "-HASH" of the content goes before the extension. */
  readonly name: string;
  readonly path: string;
}

export interface Asset {
  /** Relative to the assets folder. */
  readonly file: string;
  readonly sizeBytes: number;
  /** sha256 of the content, hex. */
  readonly sha256: string;
}

/** Copies a file under a name with its content's hash; says where it went. */
export async function addAsset(folder: string, source: AssetSource): Promise<Asset> {
  const bytes = await readFile(source.path);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const file = source.name.replace(/(\.[^/]*)?$/, (extension) => `-${sha256.slice(0, 10)}${extension}`);
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), bytes);
  return { file, sizeBytes: bytes.byteLength, sha256 };
}

/** Fills a fresh folder, then puts it in place of the old one. */
export async function replaceFolder(target: string, fill: (folder: string) => Promise<void>): Promise<void> {
  const fresh = `${target}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  await fill(fresh);
  await rm(target, { recursive: true, force: true });
  await rename(fresh, target);
}

/** Copies a file as it is. */
export async function copyAsset(folder: string, source: AssetSource): Promise<void> {
  await cp(source.path, join(folder, source.name));
}
