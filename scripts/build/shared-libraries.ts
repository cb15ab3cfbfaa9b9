// Checks that every program of a tree finds its shared libraries in it, so that trimming cannot break one unnoticed.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { StepContext } from "./build-step.ts";

function isElf(path: string): boolean {
  return readFileSync(path).subarray(0, 4).equals(Buffer.from("\x7fELF", "latin1"));
}

/** Rejects naming each program and the library it misses. */
export async function checkSharedLibraries(tree: string, run: StepContext["run"]): Promise<void> {
  const files = readdirSync(tree, { recursive: true, withFileTypes: true });
  const names = new Set(files.filter((entry) => !entry.isDirectory()).map(({ name }) => name));
  const programs = files
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(isElf);
  const output = await run("readelf", ["--wide", "--dynamic", "/dev/null", ...programs], {
    allowExitCodes: [0, 1],
  });
  const missing: string[] = [];
  let program = "";
  for (const line of output.toString("utf8").split("\n")) {
    program = /^File: (.*)$/.exec(line)?.[1] ?? program;
    const library = /\(NEEDED\)\s+Shared library: \[(.*)\]/.exec(line)?.[1];
    if (library && !names.has(library)) missing.push(`${relative(tree, program)} needs ${library}`);
  }
  if (missing.length > 0) throw new Error(`Libraries are missing from the tree:\n${missing.join("\n")}`);
}
