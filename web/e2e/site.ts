// The two sites that tests open: the built one, with the real machine, and one with the stand-in for tests of the page itself.

import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { build } from "vite";

const PROJECT = resolve(import.meta.dirname, "../..");

/** The folder that `npm run build` makes, or SLIPWAY_SITE. Rejects when it has not been built, or without a machine. */
export async function builtSite(): Promise<string> {
  const folder = process.env.SLIPWAY_SITE ?? join(PROJECT, "dist");
  for (const file of ["index.html", "assets/machine.json"]) {
    await stat(join(folder, file)).catch((cause: unknown) => {
      throw new Error(`${join(folder, file)} is not there: run npm run build first`, { cause });
    });
  }
  return folder;
}

/** Builds the page with the stand-in; takes a second. */
export async function fakeSite(): Promise<string> {
  await build({ configFile: join(PROJECT, "vite.config.ts"), mode: "fake", logLevel: "error" });
  return join(PROJECT, ".cache/fake-site");
}
