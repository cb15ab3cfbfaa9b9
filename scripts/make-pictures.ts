// Makes the pictures of docs/images/ anew: `npm run pictures`. They are what Chromium shows on the journeys of web/e2e/journeys/, which are tests:
// a picture of something that does not work cannot be taken.

import { spawnSync } from "node:child_process";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const PROJECT = resolve(import.meta.dirname, "..");
/** Of docs/images/, by the name that a journey gives it; each in both colours. */
const PICTURES = {
  "newcomer-3-looks-around": "containers",
  "developer-2-python": "preview",
} as const;
const JOURNEYS = ["newcomer", "developer"];

const folder = await mkdtemp(join(tmpdir(), "slipway-pictures-"));
try {
  const files = JOURNEYS.map((name) => `web/e2e/journeys/${name}.test.ts`);
  const { status } = spawnSync("npx", ["vitest", "run", "--project", "e2e", ...files], {
    cwd: PROJECT,
    stdio: "inherit",
    env: { ...process.env, SLIPWAY_BROWSERS: "chromium", SLIPWAY_PICTURES: folder },
  });
  if (status !== 0) process.exitCode = 1;
  else
    for (const [taken, image] of Object.entries(PICTURES))
      for (const color of ["dark", "light"])
        await copyFile(
          join(folder, "chromium", `${taken}-${color}.png`),
          join(PROJECT, "docs/images", `${image}-${color}.png`),
        );
} finally {
  await rm(folder, { recursive: true });
}
