// Puts together the files of an image's own layer, as far as it goes without running any of its programs.
import { readdir, readFile, readlink, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import type { StepContext } from "../build-step.ts";
import { busyboxApplets } from "../busybox-applets.ts";
import { machineSources } from "../debian/machine-mirrors.ts";
import { globPattern } from "../trim-tree.ts";
import { LayerFiles } from "./layer-files.ts";
import { libraryFolder, type Recipe } from "./recipe.ts";
import { unpackDebian } from "./unpack-debian.ts";

/** As dpkg.cfg.d/slipway of the image debian leaves it out when packages are installed later. */
const documentation = [
  "usr/share/doc/*/!(copyright)",
  "usr/share/info/*",
  "usr/share/lintian",
  "usr/share/locale/*",
  "usr/share/man/*",
];

/** Lays a folder of the checkout over the layer: root's, executable or not, as in the checkout. */
export async function addOverlay(layer: LayerFiles, folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries.sort((a, b) =>
    join(a.parentPath, a.name) < join(b.parentPath, b.name) ? -1 : 1,
  )) {
    const from = join(entry.parentPath, entry.name);
    const path = relative(folder, from);
    if (entry.isDirectory()) layer.folder(path);
    else if (entry.isSymbolicLink()) layer.link(path, await readlink(from));
    else {
      const { mode } = await stat(from);
      const plain = path.endsWith("/shadow") ? 0o640 : mode & 0o111 ? 0o755 : 0o644;
      layer.put({ path, type: "file", mode: plain }, await readFile(from));
    }
  }
}

/** apt's sources in the image: the mirrors this machine is set up with. */
function aptSources(): string {
  const stanzas = machineSources("bookworm").map(
    ({ uri, suite }) =>
      `Types: deb\nURIs: ${uri}\nSuites: ${suite}\nComponents: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n`,
  );
  return stanzas.join("\n");
}

function addDebianBase(layer: LayerFiles): void {
  for (const folder of ["bin", "sbin", "lib"]) {
    layer.folder(`usr/${folder}`);
    layer.link(folder, `usr/${folder}`);
  }
  // Accounts exist before any script asks for them; base-passwd's own script does the same.
  const accounts = ["passwd", "group"] as const;
  for (const name of accounts) {
    const master = layer.get(`usr/share/base-passwd/${name}.master`);
    if (master) layer.put({ path: `etc/${name}`, type: "file" }, master.content);
  }
  layer.putText("etc/apt/sources.list.d/debian.sources", aptSources());
}

function trim(layer: LayerFiles, globs: readonly string[]): void {
  const patterns = globs.map(globPattern);
  for (const path of layer.paths()) {
    if (patterns.some((pattern) => pattern.test(path))) layer.remove(path);
  }
}

async function composeBusybox(
  layer: LayerFiles,
  deb: string,
  run: StepContext["run"],
  workDir: string,
): Promise<void> {
  await run("dpkg-deb", ["-x", deb, join(workDir, "busybox")]);
  const path = join(workDir, "busybox/bin/busybox");
  const binary = await readFile(path);
  const mtimeSec = Math.floor((await stat(path)).mtimeMs / 1000);
  for (const folder of [
    "bin",
    "dev",
    "etc",
    "home",
    "proc",
    "root",
    "run",
    "sys",
    "usr",
    "usr/bin",
    "usr/sbin",
    "var",
  ]) {
    layer.folder(folder);
  }
  layer.folder("tmp", 0o1777);
  layer.folder("var/tmp", 0o1777);
  layer.folder("var/spool/mail");
  layer.folder("var/spool");
  layer.put({ path: "bin/busybox", type: "file", mode: 0o755, mtimeSec }, binary);
  for (const applet of busyboxApplets(binary)) {
    if (applet !== "busybox")
      layer.put({ path: `bin/${applet}`, type: "hardlink", mode: 0o755, linkPath: "bin/busybox" });
  }
  layer.link("usr/bin/env", "../../bin/env");
}

async function composeProgram(
  layer: LayerFiles,
  source: string,
  run: StepContext["run"],
  workDir: string,
): Promise<void> {
  const program = join(workDir, "program");
  await run("i686-linux-gnu-gcc", ["-nostdlib", "-static", "-Os", "-s", "-o", program, source]);
  layer.put({ path: "hello", type: "file", mode: 0o755 }, await readFile(program));
}

export interface ComposeRequest {
  readonly recipe: Recipe;
  readonly debs: readonly string[];
  /** dpkg's status file of the image below; "" without one. */
  readonly baseStatus: string;
}

export async function composeLayer(request: ComposeRequest, context: StepContext): Promise<LayerFiles> {
  const { recipe, debs, baseStatus } = request;
  const { root, run, workDir } = context;
  const layer = new LayerFiles();
  const folder = join(root, libraryFolder, recipe.name);
  if (recipe.kind === "program") await composeProgram(layer, join(folder, "program.c"), run, workDir);
  else if (recipe.kind === "busybox") await composeBusybox(layer, debs[0]!, run, workDir);
  else {
    if (recipe.from === undefined) addDebianBase(layer);
    await unpackDebian(debs, layer, baseStatus, run);
    if (recipe.from === undefined) addDebianBase(layer);
    trim(layer, documentation);
  }
  await addOverlay(layer, join(folder, "files"));
  return layer;
}
