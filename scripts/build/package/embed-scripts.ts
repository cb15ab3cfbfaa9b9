// The scripts of the library: entries with fixed names, which pages ask for by name, and below lib/ what they fetch when it is needed, named
// by content. The same files make the npm package and lie on every built site.

import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { build, type Plugin } from "vite";
import type { BuildFacts } from "../../../web/sandbox/build-facts.ts";

const PROJECT = resolve(import.meta.dirname, "../../..");

/** By entry's name: what a page, or a bundler, loads. */
const ENTRIES = {
  embed: "web/embed/embed.ts",
  elements: "web/embed/elements.ts",
  sandbox: "web/sandbox/library.ts",
} as const;

/** Names in a site's or a package's folder that are these scripts. */
export const EMBED_FILES: readonly string[] = [...Object.keys(ENTRIES).map((name) => `${name}.js`), "lib"];

/** Writes them into `folder`. */
export async function writeEmbedScripts(folder: string, facts: Omit<BuildFacts, "worker">): Promise<void> {
  await bundle(folder, { worker: "worker/main.ts" }, "lib/[name]-[hash].js");
  const worker = (await readdir(join(folder, "lib"))).find((name) => /^worker-[\w-]+\.js$/.test(name));
  if (worker === undefined) throw new Error("The worker was not built");
  const build: BuildFacts = { ...facts, worker: `lib/${worker}` };
  await bundle(folder, ENTRIES, "[name].js", { SLIPWAY_BUILD: JSON.stringify(build) });
}

async function bundle(
  folder: string,
  entries: Readonly<Record<string, string>>,
  entryFileNames: string,
  define: Readonly<Record<string, string>> = {},
): Promise<void> {
  await build({
    configFile: false,
    root: PROJECT,
    base: "./",
    logLevel: "warn",
    publicDir: false,
    define: { ...define },
    plugins: [plainStyles()],
    build: {
      outDir: folder,
      emptyOutDir: false,
      target: "es2022",
      chunkSizeWarningLimit: 1000,
      // As a library: no helper that puts links into the host page's head.
      lib: {
        formats: ["es"],
        entry: Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, join(PROJECT, path)])),
      },
      rolldownOptions: {
        checks: { bundlerTimings: false },
        output: { entryFileNames, chunkFileNames: "lib/[name]-[hash].js", minify: true },
        onLog(level, log, handle) {
          // libv86 imports Node's modules in branches that a browser never takes.
          if (!log.message.includes("externalized for browser compatibility")) handle(level, log);
        },
      },
    },
  });
}

/** A style sheet of its own would reach the host page: styles belong into shadow roots, as text. */
function plainStyles(): Plugin {
  return {
    name: "slipway-plain-styles",
    generateBundle(_options, files) {
      const sheets = Object.keys(files).filter((name) => name.endsWith(".css"));
      if (sheets.length > 0) throw new Error(`The library has style sheets of its own: ${sheets.join(", ")}`);
    },
  };
}
