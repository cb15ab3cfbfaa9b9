// The page: web/ becomes dist/, a static site with relative paths only. The machine's own files are made by the build
// scripts in a folder (SLIPWAY_ASSETS) and served, or copied, as assets/. `--mode fake` swaps the machine for a stand-in.

import { createReadStream } from "node:fs";
import { cp, readdir, stat } from "node:fs/promises";
import { extname, join, relative, resolve, sep } from "node:path";
import { defineConfig, type Plugin } from "vite";
import { message, type PlainMessageKey } from "./web/app/messages.ts";

const project = import.meta.dirname;
const assets = resolve(project, process.env.SLIPWAY_ASSETS ?? ".cache/assets");
const MAX_FILE_BYTES = 20_000_000;

export default defineConfig(({ mode }) => ({
  root: "web",
  base: "./",
  publicDir: false,
  plugins: [messagesInHtml(), mode === "fake" ? fakeWorker() : machineAssets()],
  server: { fs: { allow: [project] } },
  optimizeDeps: {
    include: [
      "comlink",
      "@xterm/xterm",
      "@xterm/addon-fit",
      "@xterm/addon-search",
      "@xterm/addon-web-links",
      "@xterm/addon-webgl",
    ],
  },
  worker: { format: "es" },
  build: {
    outDir: mode === "fake" ? "../.cache/fake-site" : "../dist",
    emptyOutDir: true,
    assetsDir: "app",
    target: "es2022",
    // Module preload's polyfill is an inline script's job; browsers with module workers have the real thing.
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 600,
    rolldownOptions: {
      onLog(level, log, handle) {
        // libv86 imports Node's modules in branches that a browser never takes.
        if (log.message.includes("externalized for browser compatibility")) return;
        handle(level, log);
      },
    },
  },
}));

/** Serves the machine's files under /assets/ while developing, and copies them next to the built page. */
function machineAssets(): Plugin {
  let outDir = "";
  return {
    name: "slipway-machine-assets",
    configResolved(config) {
      outDir = resolve(config.root, config.build.outDir);
    },
    configureServer(server) {
      server.middlewares.use("/assets/", (request, response) => {
        const path = resolve(assets, `.${decodeURIComponent((request.url ?? "").split("?")[0]!)}`);
        const missing = () => {
          response.statusCode = 404;
          response.end();
        };
        if (!path.startsWith(assets + sep)) return missing();
        stat(path).then((found) => {
          if (!found.isFile()) return missing();
          response.setHeader("Content-Length", found.size);
          response.setHeader(
            "Content-Type",
            extname(path) === ".json" ? "application/json" : "application/octet-stream",
          );
          createReadStream(path).pipe(response);
        }, missing);
      });
    },
    async closeBundle() {
      if (outDir === "" || this.meta.watchMode) return;
      const target = join(outDir, "assets");
      const found = await stat(join(assets, "machine.json")).catch(() => undefined);
      if (found === undefined)
        this.warn(`${relative(project, assets)}/machine.json is not there: the page has no machine`);
      else await cp(assets, target, { recursive: true });
      await refuseLargeFiles(outDir);
    },
  };
}

/** Static hosts refuse or cut large files. */
async function refuseLargeFiles(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const { size } = await stat(path);
    if (size > MAX_FILE_BYTES) throw new Error(`${path} has ${size} bytes, more than a static host takes`);
  }
}

/** %message.page.title% in HTML is the text of that key. */
function messagesInHtml(): Plugin {
  return {
    name: "slipway-messages",
    transformIndexHtml: {
      order: "pre",
      handler: (html) =>
        html.replace(/%message\.([\w.]+)%/g, (_match, key: string) => message(key as PlainMessageKey)),
    },
  };
}

/** The stand-in for a machine, for work on the page itself; nothing of it is in a production build. */
function fakeWorker(): Plugin {
  return {
    name: "slipway-fake-worker",
    enforce: "pre",
    resolveId: (source) =>
      source.endsWith("/sandbox-worker.ts") ? resolve(project, "web/dev/create-fake-worker.ts") : undefined,
  };
}
