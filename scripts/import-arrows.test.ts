// The rules of ARCHITECTURE.md, "Folders": which folder may import which, and no circles. Tests and testing/ folders may look anywhere.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";

/** A folder of worker/, and those that it may import. Files right below worker/ put the parts together: they may import all. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  base: [],
  tar: ["base"],
  store: ["base"],
  oci: ["base", "store"],
  erofs: ["base", "store", "tar"],
  disk: ["base", "store"],
  guest: ["base"],
  machine: ["base", "disk", "guest"],
  engine: ["base", "store", "oci", "erofs", "tar"],
  runtime: ["base", "disk", "engine", "guest"],
  api: ["base", "engine", "oci", "tar"],
  cli: ["api", "base", "tar"],
  callers: ["api", "base", "cli", "guest"],
  preview: ["api", "base", "engine"],
  outside: ["api", "base", "engine", "guest", "runtime"],
  rpc: ["api", "base", "guest", "preview", "tar"],
};
/** What web/ may import of worker/; the worker's entry is imported by the one file that starts it. */
const ALLOWED_TO_WEB = ["base", "rpc"];
const WORKER_STARTER = "web/app/sandbox-worker.ts";

const project = join(import.meta.dirname, "..");

function sources(folder: string): string[] {
  return readdirSync(join(project, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name).slice(project.length + 1))
    .filter((path) => !path.includes(".test.") && !/\/(testing|dev|e2e)\//.test(path));
}

function importsOf(path: string): string[] {
  const text = readFileSync(join(project, path), "utf8");
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"?]+)/g)].map((match) =>
    normalize(join(dirname(path), match[1]!)),
  );
}

const files = new Map([...sources("worker"), ...sources("web")].map((path) => [path, importsOf(path)]));

/** Of `worker/engine/containers/start.ts`: engine. Undefined for files right below worker/. */
function workerFolder(path: string): string | undefined {
  return /^worker\/([^/]+)\//.exec(path)?.[1];
}

describe("imports", () => {
  it("are found", () => {
    expect(files.size).toBeGreaterThan(300);
    expect([...files.values()].flat().length).toBeGreaterThan(1000);
  });

  it("go one way between the folders of worker/", () => {
    const wrong: string[] = [];
    for (const [path, imports] of files) {
      const from = workerFolder(path);
      if (from === undefined) continue;
      const allowed = ALLOWED[from];
      if (!allowed) wrong.push(`${path}: worker/${from} has no rule`);
      for (const target of imports) {
        const to = workerFolder(target);
        if (to !== from && (to === undefined || !allowed?.includes(to)))
          wrong.push(`${path} imports ${target}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it("reach from web/ only what is meant for it", () => {
    const wrong: string[] = [];
    for (const [path, imports] of files) {
      if (!path.startsWith("web/") || path === WORKER_STARTER) continue;
      for (const target of imports) {
        if (!target.startsWith("worker/")) continue;
        if (!ALLOWED_TO_WEB.includes(workerFolder(target) ?? "")) wrong.push(`${path} imports ${target}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it("make no circle", () => {
    const done = new Set<string>();
    const trail: string[] = [];
    const circles: string[] = [];
    const visit = (path: string): void => {
      const at = trail.indexOf(path);
      if (at >= 0) circles.push([...trail.slice(at), path].join(" ▶ "));
      if (at >= 0 || done.has(path)) return;
      trail.push(path);
      for (const target of files.get(path) ?? []) visit(target);
      trail.pop();
      done.add(path);
    };
    for (const path of files.keys()) visit(path);
    expect(circles).toEqual([]);
  });
});
