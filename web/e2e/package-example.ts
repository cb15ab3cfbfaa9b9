// An example that uses the npm package, as its reader has it: a copy of its folder, with the package built, checked and installed, and its own
// commands run.

import { execFile } from "node:child_process";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { exampleFolder } from "./embed-host.ts";
import { builtSite } from "./site.ts";

const run = promisify(execFile);
const PROJECT = resolve(import.meta.dirname, "../..");
const BUILT = join(PROJECT, ".cache/package");

let built: Promise<void> | undefined;

/** The package, as `npm run build:lib` makes it: with types, and checked by publint. */
function buildPackage(): Promise<void> {
  built ??= (async () => {
    const bin = (name: string) => join(PROJECT, "node_modules/.bin", name);
    const assets = join(await builtSite(), "assets");
    await run(bin("tsc"), ["-b"], { cwd: PROJECT });
    await run(bin("tsx"), ["scripts/build-lib.ts"], {
      cwd: PROJECT,
      env: { ...process.env, SLIPWAY_PACKAGE: BUILT, SLIPWAY_ASSETS: assets },
    });
  })();
  return built;
}

export interface PackageExample {
  readonly folder: string;
  /** Runs one of its scripts; rejects with what it said. */
  script(name: string): Promise<void>;
}

/** `installs`: whether what it is developed with comes from the registry; else it is found in the project's own packages. */
export async function packageExample(name: string, installs = false): Promise<PackageExample> {
  await buildPackage();
  const folder = join(PROJECT, ".cache", `example-${name}`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await cp(exampleFolder(name), folder, {
    recursive: true,
    filter: (path) => !/\/(node_modules|dist|public|cache)$/.test(path),
  });
  const path = join(folder, "package.json");
  const text = await readFile(path, "utf8");
  await writeFile(path, text.replace("file:../../dist-lib", `file:${BUILT}`));
  const npm = (...words: string[]) =>
    run("npm", words, { cwd: folder, maxBuffer: 1 << 24 }).then(
      () => {},
      (error: { stdout: string; stderr: string }) => {
        throw new Error(`npm ${words.join(" ")}: ${error.stdout}${error.stderr}`);
      },
    );
  // As from a registry: unpacked, not linked.
  const flags = ["--install-links", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock"];
  await npm("install", ...flags, ...(installs ? [] : ["--omit=dev"]));
  return { folder, script: (script) => npm("run", script) };
}
