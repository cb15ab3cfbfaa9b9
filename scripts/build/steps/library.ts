// Steps "image-NAME": the images that ship, one step for each recipe of images/library.
// Output: layer.erofs, image.json (ImageRecord), status (dpkg's, for images on top), packages.json.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { byteFileSource } from "../../../worker/erofs/byte-file-source.ts";
import { layerTar } from "../../../worker/erofs/layer-tar.ts";
import { ErofsReader } from "../../../worker/erofs/read-erofs.ts";
import { NodeFileArea } from "../../../worker/store/file-area-node.ts";
import type { BuildStep, StepContext, StepInputs } from "../build-step.ts";
import { describePackages, type PackageRecord } from "../debian/extract-packages.ts";
import { machineSources } from "../debian/machine-mirrors.ts";
import type { DebianPackage, PrivateApt } from "../debian/private-apt.ts";
import { compilePython, hasCompiledPython, pythonCompilers } from "../library/compile-python.ts";
import { composeLayer } from "../library/compose-layer.ts";
import { type ImageConfig, imageConfig } from "../library/image-config.ts";
import { hashing, type LayerFiles } from "../library/layer-files.ts";
import { libraryFolder, type Recipe, readRecipes } from "../library/recipe.ts";
import { setUpInMachine } from "../library/set-up-machine.ts";
import { setUpScript } from "../library/set-up-script.ts";
import { writeErofsFile } from "../write-erofs-image.ts";
import { builderStep } from "./builder.ts";
import { shipImageStep } from "./ship-image.ts";

export interface ImageRecord {
  readonly name: string;
  readonly tags: readonly string[];
  readonly config: ImageConfig;
  /** The lowest first; each names the image whose step holds its layer.erofs. */
  readonly layers: readonly {
    readonly image: string;
    readonly diffId: string;
    readonly tarSizeBytes: number;
  }[];
}

const codeFiles = [
  "scripts/build/library",
  "scripts/build/steps/library.ts",
  "scripts/build/debian/extract-packages.ts",
  "scripts/build/busybox-applets.ts",
  "worker/erofs",
  "worker/tar",
];

/** All packages of the image, with those of the images below it. */
async function allPackages(recipes: readonly Recipe[], apt: PrivateApt): Promise<DebianPackage[]> {
  const names: string[] = [];
  for (const recipe of recipes) {
    if (recipe.essential) names.push(...(await apt.essentialPackages()));
    names.push(...(recipe.packages ?? []));
  }
  return names.length === 0 ? [] : apt.resolve({ packages: [...new Set(names)] });
}

/** What the image adds to those below it. */
async function ownPackages(
  recipe: Recipe,
  below: readonly Recipe[],
  apt: PrivateApt,
): Promise<DebianPackage[]> {
  const all = await allPackages([...below, recipe], apt);
  if (recipe.kind === "busybox") return all.filter(({ name }) => recipe.packages?.includes(name));
  const there = new Map((await allPackages(below, apt)).map((pkg) => [pkg.name, pkg]));
  return all.filter(({ name }) => !there.has(name));
}

/** `below` is empty, or the recipes of the images below, the lowest first. */
function imageStep(recipe: Recipe, below: readonly Recipe[], baseStep: BuildStep | undefined): BuildStep {
  return {
    name: `image-${recipe.name}`,
    title: `the image ${recipe.tags[0]}`,
    dependsOn: baseStep ? [baseStep] : [],
    separate: true,
    uses: recipe.kind === "debian" ? [builderStep] : [],
    async inputs({ apt, hashFiles }: StepInputs) {
      const packages = await ownPackages(recipe, below, apt);
      return {
        packages: packages.map(({ name, version }) => `${name}=${version}`).join(" "),
        recipe: await hashFiles(`${libraryFolder}/${recipe.name}`),
        mirrors: JSON.stringify(recipe.kind === "debian" && !baseStep ? machineSources("bookworm") : []),
        code: await hashFiles(...codeFiles),
      };
    },
    run: (context) => buildImage(recipe, below, baseStep, context),
  };
}

async function buildImage(
  recipe: Recipe,
  below: readonly Recipe[],
  baseStep: BuildStep | undefined,
  context: StepContext,
): Promise<void> {
  const { apt, outputDir, output, progress, run, workDir } = context;
  const baseFolder = baseStep && output(baseStep);
  const baseRecord =
    baseFolder === undefined
      ? undefined
      : (JSON.parse(await readFile(join(baseFolder, "image.json"), "utf8")) as ImageRecord);
  const debs = await apt.download(await ownPackages(recipe, below, apt));
  if (debs.length > 0) progress(`${debs.length} packages`);
  const baseStatus = baseFolder ? await readFile(join(baseFolder, "status"), "utf8") : "";
  const layer = await composeLayer({ recipe, debs, baseStatus }, context);
  await compilePython(layer, workDir, run);
  const createdSec = recipe.created === undefined ? layer.newestSec() : Date.parse(recipe.created) / 1000;
  if (recipe.kind === "debian") await setUpPackages(recipe, layer, createdSec, baseFolder, context);

  await writeErofsFile(layer.toTar(), join(outputDir, "layer.erofs"));
  const { diffId, sizeBytes } = await layerIdentity(outputDir);
  const record: ImageRecord = {
    name: recipe.name,
    tags: recipe.tags,
    config: imageConfig(recipe, diffId, createdSec, baseRecord?.config),
    layers: [...(baseRecord?.layers ?? []), { image: recipe.name, diffId, tarSizeBytes: sizeBytes }],
  };
  const packages: PackageRecord[] = debs.length > 0 ? await describePackages(debs, run) : [];
  await writeFile(join(outputDir, "image.json"), JSON.stringify(record, undefined, 1));
  await writeFile(join(outputDir, "packages.json"), JSON.stringify(packages, undefined, 1));
  await writeFile(join(outputDir, "status"), layer.text("var/lib/dpkg/status") ?? "");
}

/** The layer is the tar that can be made of its image at any time: so `docker save` keeps its digest. */
async function layerIdentity(folder: string): Promise<{ diffId: string; sizeBytes: number }> {
  const erofs = await new NodeFileArea(folder).open("layer.erofs");
  if (!erofs) throw new Error("the layer is missing");
  try {
    const tar = hashing(layerTar(await ErofsReader.open(byteFileSource(erofs))));
    await tar.stream.pipeTo(new WritableStream());
    const { sha256, sizeBytes } = tar.result();
    return { diffId: `sha256:${sha256}`, sizeBytes };
  } finally {
    erofs.close();
  }
}

/** What takes long to run in the machine and changes nothing that these images need. */
async function standIns(root: string, layer: LayerFiles): Promise<Record<string, string>> {
  const own = {
    "/usr/share/debconf/confmodule": await readFile(
      join(root, "scripts/build/library/confmodule.sh"),
      "utf8",
    ),
    // A Perl program, started several times for each package with a unit; no image here has systemd.
    "/usr/bin/deb-systemd-helper": "#!/bin/sh\nexit 0\n",
  };
  return hasCompiledPython(layer) ? { ...own, ...pythonCompilers } : own;
}

/** Runs the packages' own set-up scripts inside the machine, and takes over what they changed. */
async function setUpPackages(
  recipe: Recipe,
  layer: LayerFiles,
  clockSec: number,
  baseFolder: string | undefined,
  context: StepContext,
): Promise<void> {
  const { log, output, progress, root, workDir } = context;
  progress("setting its packages up inside the machine");
  const unpacked = join(workDir, "unpacked.erofs");
  await writeErofsFile(layer.toTar(), unpacked);
  const changes = await setUpInMachine({
    snapshot: join(output(builderStep), "snapshot"),
    system: join(output(builderStep), "system.erofs"),
    layers: [...(baseFolder ? [join(baseFolder, "layer.erofs")] : []), unpacked],
    standIns: await standIns(root, layer),
    script: setUpScript(recipe.setUp ?? []),
    clockSec,
    log,
  });
  await layer.applyChanges(Readable.toWeb(Readable.from([changes])) as ReadableStream<Uint8Array>, clockSec);
}

export interface LibraryImage {
  readonly recipe: Recipe;
  /** Makes the image. */
  readonly image: BuildStep;
  /** Packs it as it ships. */
  readonly ship: BuildStep;
}

/** The steps of each recipe, images before those made from them. */
export async function libraryImages(root: string): Promise<LibraryImage[]> {
  const made = new Map<string, LibraryImage & { readonly recipes: readonly Recipe[] }>();
  for (const recipe of await readRecipes(root)) {
    const base = recipe.from === undefined ? undefined : made.get(recipe.from);
    const below = base?.recipes ?? [];
    const image = imageStep(recipe, below, base?.image);
    const ship = shipImageStep(recipe.name, image, base?.ship);
    made.set(recipe.name, { recipe, image, ship, recipes: [...below, recipe] });
  }
  return [...made.values()];
}
