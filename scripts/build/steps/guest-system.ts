// Step "guest-system": the tree of the machine's own system, Debian packages trimmed and set up without running any of their programs.
// Output: tree/ (all of it root's in the end), packages.json (what it was made of).
import { existsSync } from "node:fs";
import { chmod, cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BuildStep } from "../build-step.ts";
import { busyboxApplets } from "../busybox-applets.ts";
import { describePackages, extractPackages } from "../debian/extract-packages.ts";
import type { DebianPackage, PrivateApt } from "../debian/private-apt.ts";
import { listEntries } from "../list-file.ts";
import { checkSharedLibraries } from "../shared-libraries.ts";
import { trimTree } from "../trim-tree.ts";

const folder = "images/guest";
const lists = ["packages.txt", "trim.txt", "alternatives.txt", "busybox-applets.txt"] as const;

const mountPoints = [
  "proc",
  "sys",
  "dev",
  "run",
  "tmp",
  "mnt/data",
  "root",
  "var/lib/docker",
  "var/lib/lxc",
  "var/tmp",
  "var/log",
];
const searchPath = ["usr/local/sbin", "usr/local/bin", "usr/sbin", "usr/bin"];

async function readList(root: string, name: (typeof lists)[number]): Promise<string[]> {
  return listEntries(await readFile(join(root, folder, name), "utf8"));
}

async function guestPackages(root: string, apt: PrivateApt): Promise<DebianPackage[]> {
  const entries = await readList(root, "packages.txt");
  return apt.resolve({
    packages: entries.filter((name) => !name.startsWith("-")),
    without: entries.filter((name) => name.startsWith("-")).map((name) => name.slice(1)),
  });
}

async function linkApplets(tree: string, wanted: readonly string[]): Promise<void> {
  const applets = new Set(busyboxApplets(await readFile(join(tree, "usr/bin/busybox"))));
  for (const name of wanted) {
    if (!applets.has(name))
      throw new Error(`busybox has no applet "${name}" (${folder}/busybox-applets.txt)`);
    if (searchPath.some((place) => existsSync(join(tree, place, name)))) continue;
    await symlink("busybox", join(tree, "usr/bin", name));
  }
}

async function linkAlternatives(tree: string, lines: readonly string[]): Promise<void> {
  for (const line of lines) {
    const [link = "", target = ""] = line.split(/\s+/);
    const path = join(tree, link);
    if (existsSync(path)) continue;
    await symlink(target, path);
  }
}

export const guestSystemStep: BuildStep = {
  name: "guest-system",
  title: "the machine's own Debian system",
  dependsOn: [],
  async inputs({ root, apt, hashFiles }) {
    const packages = await guestPackages(root, apt);
    return {
      packages: packages.map(({ name, version }) => `${name}=${version}`).join(" "),
      files: await hashFiles(`${folder}/files`, ...lists.map((name) => `${folder}/${name}`)),
      code: await hashFiles(
        "scripts/build/steps/guest-system.ts",
        "scripts/build/debian/extract-packages.ts",
        "scripts/build/trim-tree.ts",
      ),
    };
  },
  async run({ root, apt, outputDir, progress, run }) {
    const packages = await guestPackages(root, apt);
    progress(`${packages.length} packages`);
    const debs = await apt.download(packages);
    const tree = join(outputDir, "tree");
    await extractPackages(debs, tree, run);
    await trimTree(tree, await readList(root, "trim.txt"));
    await cp(join(root, folder, "files"), tree, { recursive: true, force: true });
    for (const path of mountPoints) await mkdir(join(tree, path), { recursive: true });
    for (const path of ["tmp", "var/tmp"]) await chmod(join(tree, path), 0o1777);
    await chmod(join(tree, "root"), 0o700);
    await linkAlternatives(tree, await readList(root, "alternatives.txt"));
    await linkApplets(tree, await readList(root, "busybox-applets.txt"));
    await mkdir(join(tree, "usr/lib/slipway"), { recursive: true });
    await cp(join(tree, "usr/bin/tini-static"), join(tree, "usr/lib/slipway/init"));
    await checkSharedLibraries(tree, run);
    const asRoot = process.getuid?.() === 0 ? [] : ["unshare", "--map-root-user"];
    const [ldconfig = "", ...args] = [...asRoot, "/sbin/ldconfig", "-r", tree];
    await run(ldconfig, args);
    await writeFile(
      join(outputDir, "packages.json"),
      JSON.stringify(await describePackages(debs, run), undefined, 1),
    );
  },
};
