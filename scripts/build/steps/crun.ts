// Step "crun": Debian's crun, from its source package, linked statically without systemd, BPF, dlopen and CRIU: a third of the instructions of a run.
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

export const crunStep: BuildStep = {
  name: "crun",
  title: "crun, linked statically (about a minute)",
  dependsOn: [],
  async inputs({ apt, hashFiles }) {
    const source = await apt.resolveSource("crun");
    const packages = await libraryPackages(apt);
    return {
      source: source.map(({ file, hash }) => `${file} ${hash}`).join("\n"),
      libraries: packages.map(({ name, version }) => `${name}=${version}`).join(" "),
      code: await hashFiles("scripts/build/steps/crun.ts"),
    };
  },
  async run({ apt, outputDir, workDir, progress, run }) {
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
    progress("configuring");
    const env = { PKG_CONFIG: "/bin/false", ACLOCAL_PATH: "/usr/share/aclocal" };
    await run("./autogen.sh", [], { cwd: source, env });
    const features = ["systemd", "bpf", "dl", "criu"].map((feature) => `--disable-${feature}`);
    const variables = [
      "CC=i686-linux-gnu-gcc",
      `CFLAGS=-O2 -ffunction-sections -fdata-sections -I${include}`,
      `LDFLAGS=-static -L${lib}`,
      `YAJL_CFLAGS=-I${include}`,
      "YAJL_LIBS=-lyajl -lm",
    ];
    await run("./configure", ["--host=i686-linux-gnu", ...features, ...variables], { cwd: source, env });
    progress("compiling");
    await run("make", ["-j2", `LDFLAGS=-all-static -Wl,--gc-sections -L${lib}`], { cwd: source, env });
    await run("i686-linux-gnu-strip", ["-o", join(outputDir, "crun"), join(source, "crun")]);
    const version = /_([^_/]+)\.dsc$/.exec(description)?.[1] ?? "";
    const crun = { name: "crun", version, source: `crun=${version}` };
    await writeFile(
      join(outputDir, "packages.json"),
      JSON.stringify([crun, ...(await describePackages(debs, run))], undefined, 1),
    );
  },
};
