// Builds everything that the machine is made of, step by step, and lays it out in .cache/assets for the page and for Node.
// With step names as arguments, only those and what they depend on, and no layout.
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build, checkoutRoot, reportFailure } from "./build/build.ts";
import type { BuildStep } from "./build/build-step.ts";
import type { PackageRecord } from "./build/debian/extract-packages.ts";
import { installedPackage } from "./build/debian/installed-package.ts";
import { type AssetsFolder, replaceFolder } from "./build/lay-out-assets.ts";
import { machineSteps } from "./build/machine-steps.ts";
import { noticeText } from "./build/notice.ts";
import { crunStep } from "./build/steps/crun.ts";
import { DATA_DISKS, dataDiskStep } from "./build/steps/data-disk.ts";
import { guestSystemStep } from "./build/steps/guest-system.ts";
import { kernelStep } from "./build/steps/kernel.ts";
import type { LibraryImage } from "./build/steps/library.ts";
import { type SnapshotFacts, snapshotStep } from "./build/steps/snapshot.ts";
import { systemChunksStep } from "./build/steps/system-chunks.ts";
import { v86WasmPath } from "./build/v86-wasm.ts";

type FolderOf = (step: BuildStep) => string;

async function readJson<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(path, "utf8")) as T;
}

async function addLibrary(assets: AssetsFolder, library: readonly LibraryImage[], folderOf: FolderOf) {
  const images: unknown[] = [];
  for (const { ship } of library) {
    images.push(await readJson(join(folderOf(ship), "shipped.json")));
    await assets.addAll(join(folderOf(ship), "files"));
  }
  return assets.add("library.json", Buffer.from(JSON.stringify({ version: 1, images })));
}

async function notice(library: readonly LibraryImage[], folderOf: FolderOf): Promise<string> {
  const packagesOf = (step: BuildStep) => readJson<PackageRecord[]>(join(folderOf(step), "packages.json"));
  return noticeText([
    { title: "The kernel", packages: await packagesOf(kernelStep) },
    { title: "The machine's system", packages: await packagesOf(guestSystemStep) },
    { title: "crun, and what is linked into it", packages: await packagesOf(crunStep) },
    {
      title: "The firmware, and the C library of crun, the agent and the docker shim",
      packages: await Promise.all(["seabios", "libc6-dev-i386-cross"].map(installedPackage)),
    },
    ...(await Promise.all(
      library.map(async ({ recipe, image }) => ({
        title: `The image ${recipe.tags[0]}`,
        packages: await packagesOf(image),
      })),
    )),
  ]);
}

async function layOut(
  assets: AssetsFolder,
  library: readonly LibraryImage[],
  folderOf: FolderOf,
): Promise<void> {
  const facts = await readJson<SnapshotFacts>(join(folderOf(snapshotStep), "snapshot.json"));
  const chunks = folderOf(systemChunksStep);
  await assets.addAll(chunks, (name) => name !== "manifest.json");
  const disks = DATA_DISKS.map(async ({ file, diskBytes }) => ({
    ...(await assets.addFile(file, join(folderOf(dataDiskStep), file))),
    diskBytes,
  }));
  const [dataDisk, ...smallerDataDisks] = await Promise.all(disks);
  await writeFile(join(assets.path, "NOTICE.txt"), await notice(library, folderOf));
  await assets.describe({
    version: 2,
    memoryBytes: facts.memoryBytes,
    v86: await assets.add("v86.bin", gzipSync(await readFile(v86WasmPath()), { level: 9 })),
    snapshot: await assets.addFile("snapshot.bin", join(folderOf(snapshotStep), "snapshot.zst")),
    snapshotBytes: facts.snapshotBytes,
    system: await assets.addFile("system.json", join(chunks, "manifest.json")),
    dataDisk: dataDisk!,
    smallerDataDisks,
    library: await addLibrary(assets, library, folderOf),
    kernel: {
      version: (await readFile(join(folderOf(kernelStep), "version"), "utf8")).trim(),
      lean: existsSync(join(folderOf(kernelStep), "config")),
    },
  });
}

async function buildMachine(names: readonly string[]): Promise<void> {
  const { all, wanted, library } = await machineSteps(checkoutRoot);
  const unknown = names.find((name) => !all.some((step) => step.name === name));
  if (unknown !== undefined) {
    throw new Error(`There is no step "${unknown}", only ${all.map(({ name }) => name).join(", ")}`);
  }
  const results = await build(names.length === 0 ? wanted : all.filter(({ name }) => names.includes(name)));
  if (names.length > 0) {
    for (const [step, { folder }] of results) process.stdout.write(`${step.name} ${folder}\n`);
    return;
  }
  const folderOf: FolderOf = (step) => results.get(step)!.folder;
  const target = join(checkoutRoot, ".cache", "assets");
  await replaceFolder(target, (assets) => layOut(assets, library, folderOf));
}

await buildMachine(process.argv.slice(2)).catch(reportFailure);
