// Keys of build steps: sha256 over names and contents, independent of order, times and where the checkout lies.
import { createHash } from "node:crypto";
import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";

/** A key of 24 hex digits over labelled values. */
export function keyOf(parts: Readonly<Record<string, string>>): string {
  const hash = createHash("sha256");
  for (const name of Object.keys(parts).sort()) {
    const value = parts[name]!;
    hash.update(`${name.length}:${name}${Buffer.byteLength(value)}:${value}`);
  }
  return hash.digest("hex").slice(0, 24);
}

async function describe(root: string, path: string, lines: string[]): Promise<void> {
  const full = join(root, path);
  const stat = await lstat(full).catch(() => undefined);
  if (!stat) {
    lines.push(`${path} none`);
  } else if (stat.isDirectory()) {
    const names = (await readdir(full)).filter((name) => !/\.test\.ts$|^testing$/.test(name)).sort();
    lines.push(`${path} folder`);
    for (const name of names) await describe(root, join(path, name), lines);
  } else if (stat.isSymbolicLink()) {
    lines.push(`${path} link ${await readlink(full)}`);
  } else {
    const digest = createHash("sha256")
      .update(await readFile(full))
      .digest("hex");
    lines.push(`${path} ${stat.mode & 0o111 ? "x" : "-"} ${digest}`);
  }
}

/** sha256 (hex) over files and folders below `root`, by name, kind, executable bit and content. Tests in a folder do not count. */
export async function hashFiles(root: string, paths: readonly string[]): Promise<string> {
  const lines: string[] = [];
  for (const path of [...paths].sort()) await describe(root, path, lines);
  return createHash("sha256").update(lines.join("\n")).digest("hex");
}
