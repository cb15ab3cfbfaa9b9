// Unpacks .deb files into one tree with merged /usr (bin, sbin and lib are links, as on an installed Debian), running none of their scripts.
import { chmod, mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import type { StepContext } from "../build-step.ts";

export interface PackageRecord {
  readonly name: string;
  readonly version: string;
  /** "name=version" of the source package it was built from. */
  readonly source: string;
}

const merged = ["bin", "sbin", "lib"];

/** Extracts into `tree`, files owned by whoever builds. */
export async function extractPackages(
  debs: readonly string[],
  tree: string,
  run: StepContext["run"],
): Promise<void> {
  await mkdir(tree, { recursive: true });
  await chmod(tree, 0o755);
  for (const folder of merged) {
    await mkdir(join(tree, "usr", folder), { recursive: true });
    await symlink(`usr/${folder}`, join(tree, folder));
  }
  const script =
    'set -e -o pipefail; for deb in "${@:2}"; do dpkg-deb --fsys-tarfile "$deb" | ' +
    'tar -xpf - -C "$1" --no-same-owner --keep-directory-symlink; done';
  await run("bash", ["-c", script, "extract", tree, ...debs]);
}

/** Name, version and source of each .deb file, in the order given. */
export async function describePackages(
  debs: readonly string[],
  run: StepContext["run"],
): Promise<PackageRecord[]> {
  const format = ["Package", "Version", "source:Package", "source:Version"].map((field) => `\${${field}}`);
  const script = `for deb in "$@"; do dpkg-deb --show --showformat '${format.join(" ")}\\n' "$deb" || exit 1; done`;
  const output = await run("bash", ["-c", script, "describe", ...debs]);
  return output
    .toString("utf8")
    .trimEnd()
    .split("\n")
    .map((line) => {
      const [name = "", version = "", source = "", sourceVersion = ""] = line.split(" ");
      return { name, version, source: `${source}=${sourceVersion}` };
    });
}
