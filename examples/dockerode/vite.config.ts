// Puts a page's own pieces in the place of Node's modules, and serves the machine's files beside the example.

import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { defineConfig, type Plugin } from "vite";

const project = resolve(import.meta.dirname, "../..");
const own = (name: string) => resolve(import.meta.dirname, "node", `${name}.ts`);

const REPLACED: Readonly<Record<string, string>> = {
  http: resolve(import.meta.dirname, "node/http-module.cjs"),
  https: resolve(import.meta.dirname, "node/http-module.cjs"),
  events: own("events"),
  url: own("url"),
  querystring: own("url"),
  util: own("util"),
  stream: resolve(project, "node_modules/readable-stream/readable-browser.js"),
  buffer: resolve(project, "node_modules/buffer/index.js"),
};
const ABSENT = [
  "fs",
  "path",
  "os",
  "zlib",
  "crypto",
  "ssh2",
  "split-ca",
  "tar-fs",
  "protobufjs",
  "@balena/dockerignore",
  "@grpc/grpc-js",
  "@grpc/proto-loader",
];

export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  plugins: [machineAssets()],
  resolve: {
    alias: [
      ...Object.entries(REPLACED).map(([name, replacement]) => ({
        find: new RegExp(`^${name}/?$`),
        replacement,
      })),
      ...ABSENT.map((name) => ({ find: new RegExp(`^${name}$`), replacement: own("absent") })),
    ],
  },
  server: { fs: { allow: [project] } },
  worker: { format: "es" },
  build: {
    outDir: resolve(project, ".cache/example-dockerode"),
    emptyOutDir: true,
    assetsDir: "app",
    target: "es2022",
    chunkSizeWarningLimit: 1500,
  },
});

/** Serves `.cache/assets`, which the project's build makes. */
function machineAssets(): Plugin {
  const folder = resolve(project, process.env.SLIPWAY_ASSETS ?? ".cache/assets");
  return {
    name: "slipway-example-assets",
    configureServer(server) {
      server.middlewares.use("/assets/", (request, response) => {
        const name = /^\/([\w.-]+)$/.exec((request.url ?? "").split("?")[0] ?? "")?.[1] ?? "";
        const file = join(folder, name);
        stat(file).then(
          (found) => {
            response.setHeader("Content-Length", found.size);
            createReadStream(file).pipe(response);
          },
          () => {
            response.statusCode = 404;
            response.end();
          },
        );
      });
    },
  };
}
