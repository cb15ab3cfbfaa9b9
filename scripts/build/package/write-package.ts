// The npm package, whole: scripts, types, the machine's files, what previews need, and the command that copies all of it to where a site
// serves it.

import { chmod, cp, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { previewFiles } from "../page-scripts.ts";
import { collectTypes } from "./collect-types.ts";
import { writeEmbedScripts } from "./embed-scripts.ts";

const PROJECT = resolve(import.meta.dirname, "../../..");
const TYPES = { ".": "web/sandbox/library.ts", "./elements": "web/embed/elements.ts" } as const;

/** `assets`: the machine's files; `written`: what `tsc -b` wrote. What was in `folder` is removed. */
export async function writePackage(
  folder: string,
  from: { readonly assets: string; readonly written: string },
): Promise<void> {
  const project = JSON.parse(await readFile(join(PROJECT, "package.json"), "utf8"));
  await stat(join(from.assets, "machine.json"));
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeEmbedScripts(folder, { version: project.version, previews: "", outside: "" });
  await collectTypes(from.written, Object.values(TYPES), join(folder, "types"));
  await cp(from.assets, join(folder, "assets"), { recursive: true });
  await mkdir(join(folder, "previews"));
  for (const [name, text] of await previewFiles()) await writeFile(join(folder, "previews", name), text);
  for (const name of ["LICENSE", "NOTICE"]) await cp(join(PROJECT, name), join(folder, name));
  await cp(join(import.meta.dirname, "files"), folder, { recursive: true });
  await chmod(join(folder, "slipway-assets.mjs"), 0o755);
  await writeFile(join(folder, "package.json"), `${JSON.stringify(manifest(project), undefined, 2)}\n`);
}

function manifest(project: Readonly<Record<string, unknown>>) {
  const { version, description, license } = project;
  const types = (source: string) => `./types/${source.replace(/\.ts$/, ".d.ts")}`;
  return {
    name: "slipway",
    version,
    description,
    license,
    type: "module",
    exports: {
      ".": { types: types(TYPES["."]), default: "./sandbox.js" },
      "./elements": { types: types(TYPES["./elements"]), default: "./elements.js" },
      "./package.json": "./package.json",
    },
    types: types(TYPES["."]),
    bin: { "slipway-assets": "./slipway-assets.mjs" },
    sideEffects: ["./embed.js"],
    keywords: ["linux", "containers", "docker", "lxc", "sandbox", "webassembly", "custom-elements"],
  };
}
