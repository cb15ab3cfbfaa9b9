// Step "crun": Debian's crun, from its source package, linked statically without systemd, BPF, dlopen and CRIU: a third of the instructions of a run.
// The compiler is called directly: with the configuration written down there is nothing for autotools to find out, and all of it takes 15 s instead of 170.
// With memory and a layout that suit a program that lives so short: images/guest/crun/arena.c, huge-page.ld.
// Output: crun, packages.json.
import { cp, mkdir, readdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BuildStep } from "../build-step.ts";
import { describePackages } from "../debian/extract-packages.ts";
import type { DebianPackage, PrivateApt } from "../debian/private-apt.ts";

const libraries = ["libyajl-dev", "libcap-dev", "libseccomp-dev"];
const archives = ["libyajl_s.a", "libcap.a", "libseccomp.a"];

async function libraryPackages(apt: PrivateApt): Promise<DebianPackage[]> {
  const packages = await apt.resolve({ packages: libraries });
  return packages.filter(({ name }) => libraries.includes(name));
}

/** crun itself, its library and the parser of configurations, which the source package brings generated. */
async function sourceFiles(source: string): Promise<string[]> {
  const files: string[] = [];
  for (const folder of ["src", "src/libcrun", "src/libcrun/handlers", "libocispec/src/ocispec"]) {
    for (const name of await readdir(join(source, folder))) {
      if (folder.startsWith("libocispec") && !/^(runtime_spec_|json_common|read-file)/.test(name)) continue;
      if (name.endsWith(".c")) files.push(join(folder, name));
    }
  }
  return files.sort();
}

export const crunStep: BuildStep = {
  name: "crun",
  title: "crun, linked statically",
  dependsOn: [],
  async inputs({ apt, hashFiles }) {
    const source = await apt.resolveSource("crun");
    const packages = await libraryPackages(apt);
    return {
      source: source.map(({ file, hash }) => `${file} ${hash}`).join("\n"),
      libraries: packages.map(({ name, version }) => `${name}=${version}`).join(" "),
      code: await hashFiles("scripts/build/steps/crun.ts", "images/guest/crun"),
    };
  },
  async run({ root, apt, outputDir, workDir, progress, run }) {
    progress("fetching the source");
    const description = await apt.downloadSource("crun", await apt.resolveSource("crun"));
    const source = join(workDir, "crun");
    await run("dpkg-source", ["--no-check", "--extract", description, source]);

    // Only headers and archives, in a folder of their own: the compiler brings its own C library.
    const debs = await apt.download(await libraryPackages(apt));
    for (const deb of debs) await run("dpkg-deb", ["-x", deb, join(workDir, "debs")]);
    const [include, lib] = [join(workDir, "include"), join(workDir, "lib")];
    await cp(join(workDir, "debs/usr/include"), include, { recursive: true });
    await mkdir(lib);
    for (const name of await readdir(join(workDir, "debs/usr/lib/i386-linux-gnu"))) {
      const from = join(workDir, "debs/usr/lib/i386-linux-gnu", name);
      if (archives.includes(name)) await rename(from, join(lib, name.replace("yajl_s", "yajl")));
    }
    progress("compiling");
    const version = /_([^_/]+)\.dsc$/.exec(description)?.[1] ?? "";
    await writeFile(join(source, "git-version.h"), `#define GIT_VERSION "${version}"\n`);
    const binary = join(workDir, "crun-with-symbols");
    const defines = ["HAVE_CONFIG_H", `PACKAGE_STRING="crun ${version}"`, `PACKAGE_VERSION="${version}"`];
    await run(
      "i686-linux-gnu-gcc",
      [
        ...["-O2", "-w", "-ffunction-sections", "-fdata-sections", "-fvisibility=hidden"],
        ...defines.map((define) => `-D${define}`),
        ...[join(root, "images/guest/crun"), "src", "libocispec/src", include, "."].map(
          (path) => `-I${path}`,
        ),
        ...["-static", "-Wl,--gc-sections,-z,noseparate-code,-Ttext-segment=0x8000000"],
        ...["-T", join(root, "images/guest/crun/huge-page.ld"), `-L${lib}`, "-o", binary],
        ...(await sourceFiles(source)),
        join(root, "images/guest/crun/arena.c"),
        ...["-lcap", "-lseccomp", "-lyajl", "-lm"],
      ],
      { cwd: source },
    );
    await run("i686-linux-gnu-strip", ["-o", join(outputDir, "crun"), binary]);
    const crun = { name: "crun", version, source: `crun=${version}` };
    await writeFile(
      join(outputDir, "packages.json"),
      JSON.stringify([crun, ...(await describePackages(debs, run))], undefined, 1),
    );
  },
};
