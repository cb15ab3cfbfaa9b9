#!/usr/bin/env node
// Copies Slipway's files to where a site serves its static files: FOLDER/slipway/, and next to it the four files of previews, which a
// browser asks for at the root of their host. What an earlier version left in FOLDER/slipway is removed.
import { cp, mkdir, readdir, rm, stat } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const own = dirname(fileURLToPath(import.meta.url));
const args = process.argv.slice(2);
const [folder] = args;
if (args.length !== 1 || folder.startsWith("-")) {
  console.error("Usage: slipway-assets FOLDER\n\nFOLDER is what the site serves as it is, such as public.");
  process.exit(2);
}

const target = resolve(folder, "slipway");
const inside = relative(own, target);
if (inside === "" || !inside.startsWith("..")) {
  console.error(`slipway-assets: ${folder} is within the package itself`);
  process.exit(2);
}
const isThere = (path) =>
  stat(path).then(
    () => true,
    () => false,
  );
if ((await isThere(target)) && !(await isThere(join(target, "assets", "machine.json")))) {
  console.error(`slipway-assets: ${target} is there and is not Slipway's: it is left alone`);
  process.exit(1);
}
await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
for (const name of ["embed.js", "elements.js", "sandbox.js", "lib", "assets", "LICENSE", "NOTICE"])
  await cp(join(own, name), join(target, name), { recursive: true });
for (const name of await readdir(join(own, "previews")))
  await cp(join(own, "previews", name), join(resolve(folder), name));
console.log(`slipway-assets: ${relative(process.cwd(), target) || target} is ready`);
