// Step "lean-kernel": compiles Debian's kernel source with our own options for the one machine that there is (about 10 minutes on 2 cores).
// Output: bzImage, config, version, packages.json.

import { appendFile, cp, readdir, readFile, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { BuildStep } from "../build-step.ts";
import type { DebianPackage, PrivateApt } from "../debian/private-apt.ts";
import { parseKernelConfig, unmetOptions } from "../kernel-config.ts";

const options = "images/kernel/options";
const cross = ["ARCH=i386", "CROSS_COMPILE=i686-linux-gnu-"];
/** The same kernel whoever builds it, wherever and whenever. */
const identity = {
  KBUILD_BUILD_USER: "slipway",
  KBUILD_BUILD_HOST: "build",
  KBUILD_BUILD_TIMESTAMP: "2026-01-01",
};

async function sourcePackage(apt: PrivateApt): Promise<DebianPackage> {
  const packages = await apt.resolve({ packages: ["linux-source-6.1"], without: ["binutils", "xz-utils"] });
  const found = packages.find(({ name }) => name === "linux-source-6.1");
  if (!found) throw new Error("Debian has no package linux-source-6.1");
  return found;
}

export const leanKernelStep: BuildStep = {
  name: "lean-kernel",
  title: "a kernel for this machine alone (about 10 minutes)",
  dependsOn: [],
  async inputs({ apt, hashFiles }) {
    const { version } = await sourcePackage(apt);
    return { source: version, code: await hashFiles(options, "scripts/build/steps/lean-kernel.ts") };
  },
  async run({ apt, root, outputDir, workDir, progress, run }) {
    const pkg = await sourcePackage(apt);
    progress(`fetching and unpacking ${pkg.name} ${pkg.version}`);
    const [deb] = await apt.download([pkg]);
    await run("dpkg-deb", ["-x", deb!, workDir]);
    await run("tar", ["-xf", join(workDir, "usr/src/linux-source-6.1.tar.xz"), "-C", workDir]);
    const source = (await readdir(workDir)).find((name) => name.startsWith("linux-source"));
    if (!source) throw new Error("the package has no source tree");
    const cwd = join(workDir, source);
    const make = (...targets: string[]) =>
      run("make", [...cross, `-j${availableParallelism()}`, ...targets], { cwd, env: identity, nice: true });

    await make("tinyconfig");
    const wanted = await readFile(join(root, options), "utf8");
    await appendFile(join(cwd, ".config"), `\n${wanted}`);
    await make("olddefconfig");
    const config = await readFile(join(cwd, ".config"), "utf8");
    const unmet = unmetOptions(parseKernelConfig(wanted), parseKernelConfig(config));
    if (unmet.length > 0)
      throw new Error(`${options}: not what the kernel made of it:\n  ${unmet.join("\n  ")}`);
    progress("compiling");
    await make("bzImage");
    await cp(join(cwd, "arch/x86/boot/bzImage"), join(outputDir, "bzImage"));
    await writeFile(join(outputDir, "config"), config);
    const release = await readFile(join(cwd, "include/config/kernel.release"), "utf8");
    await writeFile(join(outputDir, "version"), release);
    const record = { name: pkg.name, version: pkg.version, source: `linux=${pkg.version}` };
    await writeFile(join(outputDir, "packages.json"), JSON.stringify([record]));
  },
};
