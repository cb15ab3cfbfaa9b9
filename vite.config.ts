// The page: web/ becomes dist/, a static site with relative paths only. The machine's own files are made by the build
// scripts in a folder (SLIPWAY_ASSETS) and served, or copied, as assets/. `--mode fake` swaps the machine for a stand-in.

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { cp, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { extname, join, relative, resolve, sep } from "node:path";
import { defineConfig, type Plugin } from "vite";
import { writeEmbedScripts } from "./scripts/build/package/embed-scripts.ts";
import { offlineWorker, previewFiles, sandboxedPreviewFiles } from "./scripts/build/page-scripts.ts";
import { message, type PlainMessageKey } from "./web/app/messages.ts";

const project = import.meta.dirname;
const assets = resolve(project, process.env.SLIPWAY_ASSETS ?? ".cache/assets");
const MAX_FILE_BYTES = 20_000_000;
/** Where previews live: an origin with `*` for one label, as https://*.preview.example.com. "" allows them on loopback addresses only. */
const previews = previewHosts(process.env.SLIPWAY_PREVIEWS ?? "");
/** What programs of the machine may reach outside: words for web/app/outside-choice.ts. */
const outside = outsideWords(process.env.SLIPWAY_OUTSIDE ?? "");

export default defineConfig(({ mode }) => ({
  root: "web",
  base: "./",
  publicDir: false,
  plugins: [
    messagesInHtml(),
    installable(),
    integrity(),
    previewScripts(),
    mode === "fake" ? fakeWorker() : machineAssets(),
  ],
  server: { fs: { allow: [project] } },
  // Pages of other sites embed it.
  preview: { cors: { origin: "*" } },
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
      checks: { bundlerTimings: false },
      input: [resolve(project, "web/index.html"), resolve(project, "web/preview.html")],
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
      const { version } = JSON.parse(await readFile(resolve(project, "package.json"), "utf8"));
      await writeEmbedScripts(outDir, {
        version,
        previews: previews.pattern,
        outside,
      });
      await refuseLargeFiles(outDir);
      // Last: it names everything else.
      await writeFile(join(outDir, "service-worker.js"), await offlineWorker(outDir));
    },
  };
}

/** What makes the page an application to install. */
function installable(): Plugin {
  return {
    name: "slipway-installable",
    transformIndexHtml: {
      order: "post",
      handler: () => [
        { tag: "link", attrs: { rel: "manifest", href: "./manifest.webmanifest" }, injectTo: "head" },
      ],
    },
    async generateBundle() {
      const source = JSON.stringify({
        name: message("brand.name"),
        short_name: message("brand.name"),
        description: message("page.description"),
        start_url: "./",
        scope: "./",
        display: "standalone",
        background_color: "#0b1316",
        theme_color: "#0b1316",
        icons: [{ src: "icon.svg", sizes: "any", type: "image/svg+xml", purpose: "any" }],
      });
      this.emitFile({ type: "asset", fileName: "manifest.webmanifest", source });
      const icon = await readFile(resolve(project, "web/app/icon.svg"), "utf8");
      this.emitFile({ type: "asset", fileName: "icon.svg", source: icon });
    },
  };
}

/** Scripts and styles that a page names are run only as the build made them (Subresource Integrity). */
function integrity(): Plugin {
  return {
    name: "slipway-integrity",
    enforce: "post",
    async writeBundle({ dir = "" }, bundle) {
      for (const page of Object.keys(bundle).filter((name) => name.endsWith(".html"))) {
        const path = join(dir, page);
        const html = await readFile(path, "utf8");
        const tag = /<(?:script|link)\b[^>]*?(?:src|href)="\.\/(app\/[^"]+\.(?:js|css))"[^>]*>/g;
        let result = html;
        for (const [whole, file] of html.matchAll(tag)) {
          const hash = createHash("sha384")
            .update(await readFile(join(dir, file!)))
            .digest("base64");
          result = result.replace(whole, whole.replace(/^<(script|link)/, `<$1 integrity="sha384-${hash}"`));
        }
        await writeFile(path, result);
      }
    },
  };
}

/** What runs on the origin of previews, and in the sandboxed frames that stand in for it. */
function previewScripts(): Plugin {
  const all = async () => new Map([...(await previewFiles()), ...(await sandboxedPreviewFiles())]);
  return {
    name: "slipway-preview-scripts",
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const name = (request.url ?? "").split("?")[0]!.slice(1);
        if (!/^slipway-preview[\w-]*\.(?:js|html)$/.test(name)) return next();
        all().then((files) => {
          const type = name.endsWith(".js") ? "text/javascript" : "text/html";
          response.setHeader("Content-Type", `${type}; charset=utf-8`);
          response.end(files.get(name) ?? "");
        }, next);
      });
    },
    async generateBundle() {
      for (const [fileName, source] of await all()) this.emitFile({ type: "asset", fileName, source });
    },
  };
}

/** The pattern of origins, and what a page may frame because of it. */
function previewHosts(pattern: string): { readonly pattern: string; readonly frames: string } {
  if (pattern === "") return { pattern, frames: "'self' http://*.localhost:*" };
  if (!/^https?:\/\/\*(?:\.[a-z0-9-]+)+(?::\d+)?$/i.test(pattern))
    throw new Error(`SLIPWAY_PREVIEWS is not an origin such as https://*.preview.example.com: ${pattern}`);
  return { pattern, frames: pattern };
}

function outsideWords(text: string): string {
  for (const word of text.split(/\s+/))
    if (!/^(?:|off|own-host|wss?:\/\/[^\s"<>&]+)$/.test(word))
      throw new Error(`SLIPWAY_OUTSIDE takes the words off, own-host and wss://RELAY, not: ${word}`);
  return text;
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
        html
          .replace(/%previews\.(pattern|frames)%/g, (_match, key: "pattern" | "frames") => previews[key])
          .replace("%outside%", outside)
          .replace(/%message\.([\w.]+)%/g, (_match, key: string) => message(key as PlainMessageKey)),
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
