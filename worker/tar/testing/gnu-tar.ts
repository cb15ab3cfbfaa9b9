// GNU tar and a scratch folder, for tests that compare with it. They need root: owners and devices are part of a tree.

import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

export function hasTool(name: string, versionFlag = "--version"): boolean {
  return spawnSync(name, [versionFlag]).error === undefined;
}

/** Undefined when trees with owners and devices can be unpacked here, else what is missing. */
export function missingForTrees(...tools: readonly string[]): string | undefined {
  if (process.getuid?.() !== 0) return "not root";
  const missing = ["tar", ...tools].find((tool) => !hasTool(tool));
  return missing === undefined ? undefined : `${missing} is not installed`;
}

/** GNU tar's options for each way in which it stores holes. */
export const sparseFormats: readonly { readonly name: string; readonly options: readonly string[] }[] = [
  ...["0.0", "0.1", "1.0"].map((version) => ({
    name: `pax, sparse ${version}`,
    options: ["--format=pax", "--xattrs", "--xattrs-include=*", `--sparse-version=${version}`],
  })),
  { name: "gnu, sparse", options: ["--format=gnu", "--sparse"] },
];

/** Runs a tool; throws with its output when it fails. */
export function run(tool: string, ...args: readonly string[]): string {
  const result = spawnSync(tool, args, { encoding: "utf8", maxBuffer: 1 << 26 });
  if (result.status !== 0) {
    throw new Error(
      `${tool} ${args.join(" ")} failed (${result.status}): ${result.error ?? ""}${result.stdout}${result.stderr}`,
    );
  }
  return result.stdout;
}

export function unpack(archive: string, into: string): void {
  fs.mkdirSync(into, { recursive: true });
  run("tar", "-xpf", archive, "-C", into, "--numeric-owner", "--xattrs", "--xattrs-include=*");
}

/** A copy in which stretches of zeros are holes. */
export function copySparse(from: string, to: string): void {
  run("cp", "-a", "--sparse=always", from, to);
}

/** Packs all of a folder, itself as "./". */
export function pack(archive: string, from: string, ...options: readonly string[]): void {
  run("tar", "-cf", archive, "-C", from, "--numeric-owner", "--sort=name", ...options, ".");
}

export async function withScratch<T>(task: (folder: string) => Promise<T> | T): Promise<T> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "slipway-tar-"));
  try {
    return await task(folder);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
