// A folder of the machine as something that a page can keep.

import type { GuestRun } from "../app/sandbox-client.ts";
import { type ArchiveFile, type FileSystemTree, filesOfTar, tarOfFiles, treeOfFiles } from "./file-tree.ts";
import { globMatcher } from "./glob.ts";

export interface ExportOptions {
  /** Globs, from the folder on. Without them everything is taken. */
  readonly includes?: readonly string[];
  readonly excludes?: readonly string[];
}

/** `run` prints the folder's tar. */
export async function exportFiles(
  run: GuestRun,
  options: ExportOptions & { readonly format?: "json" | "binary" | "zip" },
): Promise<FileSystemTree | Uint8Array<ArrayBuffer>> {
  const { includes, excludes = [], format = "json" } = options;
  const included = includes === undefined ? () => true : globMatcher(includes);
  const excluded = globMatcher(excludes);
  void run.stdin.close().catch(() => {});
  const [files, { code, stderr }] = await Promise.all([
    filesOfTar(run.stdout, (path) => included(path) && !excluded(path)).catch(() => []),
    run.ended,
  ]);
  if (code !== 0) throw new Error(stderr.trim());
  if (format === "json") return treeOfFiles(files);
  if (format === "zip") return zipOf(files);
  return new Uint8Array(await tarOfFiles(files).arrayBuffer());
}

/** Modes are kept; a symlink is a file with its target and a mode that says so, as zip programs have it. */
async function zipOf(files: readonly ArchiveFile[]): Promise<Uint8Array<ArrayBuffer>> {
  const { zipSync } = await import("fflate");
  const UNIX = 3;
  const kinds = { file: 0o100000, directory: 0o040000, symlink: 0o120000 } as const;
  const members = files.map(({ entry, content }) => {
    const kind = entry.type as keyof typeof kinds;
    const name = kind === "directory" ? `${entry.path}/` : entry.path;
    const bytes = kind === "symlink" ? new TextEncoder().encode(entry.linkPath) : content;
    const attrs = ((kinds[kind] | entry.mode) << 16) >>> 0;
    return [name, [bytes, { os: UNIX, attrs, mtime: Math.max(entry.mtimeSec, 315_619_200) * 1000 }]] as const;
  });
  return zipSync(Object.fromEntries(members) as Parameters<typeof zipSync>[0]);
}
