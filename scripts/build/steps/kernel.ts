// Step "kernel": Debian's prebuilt i386 kernel and the modules it needs, or the lean kernel that `npm run build:kernel` has made.
// Output: bzImage, modules/*.ko, modules.order (file names in load order), version, packages.json, and on-demand/ with the modules that
// the guest's modprobe may load later and its tables (empty for the lean kernel, which has none).
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { BuildStep } from "../build-step.ts";
import type { DebianPackage, PrivateApt } from "../debian/private-apt.ts";
import { findModules, loadOrder, modprobeTables, moduleName } from "../kernel-modules.ts";
import { hasLeanKernel, leanKernelPath, leanKernelPlace } from "../lean-kernel.ts";
import { listEntries } from "../list-file.ts";

const moduleList = "images/kernel/modules.txt";
const onDemandList = "images/kernel/modules-on-demand.txt";

async function kernelPackage(apt: PrivateApt): Promise<DebianPackage> {
  const packages = await apt.resolve({
    packages: ["linux-image-686"],
    without: ["kmod", "linux-base", "initramfs-tools"],
  });
  const found = packages.find(({ name }) => /^linux-image-\d.*-686$/.test(name));
  if (!found) throw new Error("linux-image-686 does not lead to a kernel package");
  return found;
}

/** Names of what is built in, from modules.builtin (paths, one a line). */
function builtInModules(text: string): Set<string> {
  return new Set(listEntries(text).map((path) => moduleName(basename(path, ".ko"))));
}

export const kernelStep: BuildStep = {
  name: "kernel",
  title: "kernel and modules",
  dependsOn: [],
  async inputs({ apt, hashFiles, root }) {
    const code = await hashFiles("scripts/build/steps/kernel.ts", "scripts/build/kernel-modules.ts");
    if (hasLeanKernel(root)) return { lean: await hashFiles(leanKernelPlace), code };
    const { name, version } = await kernelPackage(apt);
    return {
      package: `${name}=${version}`,
      modules: await hashFiles(moduleList, onDemandList),
      code,
    };
  },
  async run({ apt, root, outputDir, workDir, progress, run }) {
    const onDemand = join(outputDir, "on-demand");
    await mkdir(join(outputDir, "modules"));
    await mkdir(onDemand);
    if (hasLeanKernel(root)) {
      await cp(leanKernelPath(root), outputDir, { recursive: true });
      await writeFile(join(outputDir, "modules.order"), "");
      return;
    }
    const pkg = await kernelPackage(apt);
    progress(`fetching ${pkg.name} ${pkg.version}`);
    const [deb] = await apt.download([pkg]);
    await run("dpkg-deb", ["-x", deb!, workDir]);
    const version = pkg.name.replace("linux-image-", "");
    await cp(join(workDir, "boot", `vmlinuz-${version}`), join(outputDir, "bzImage"));
    const tree = join(workDir, "lib/modules", version);
    const builtIn = builtInModules(await readFile(join(tree, "modules.builtin"), "utf8"));
    const wanted = listEntries(await readFile(join(root, moduleList), "utf8"));
    const order = loadOrder(wanted, findModules(tree), builtIn);
    for (const { path } of order) await cp(path, join(outputDir, "modules", basename(path)));
    await writeFile(
      join(outputDir, "modules.order"),
      order.map(({ path }) => `${basename(path)}\n`).join(""),
    );
    const later = listEntries(await readFile(join(root, onDemandList), "utf8"));
    const all = loadOrder([...wanted, ...later], findModules(tree), builtIn);
    for (const { path } of all) await cp(path, join(onDemand, basename(path)));
    const { dependencies, aliases } = modprobeTables(all);
    await writeFile(join(onDemand, "modules.dep"), dependencies);
    await writeFile(join(onDemand, "modules.alias"), aliases);
    await writeFile(join(outputDir, "version"), `${version}\n`);
    await writeFile(
      join(outputDir, "packages.json"),
      JSON.stringify([{ ...pkg, source: `linux=${pkg.version}` }]),
    );
  },
};
