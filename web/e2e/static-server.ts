// Serves a built site from a folder, as any static host would, for tests.

import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, resolve, sep } from "node:path";
import { pipeline, Transform } from "node:stream";
import { createGzip } from "node:zlib";

/** What hosts pack on their way: text. */
const PACKED = new Set([".css", ".html", ".js", ".json", ".svg"]);

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".webmanifest": "application/manifest+json",
  ".wasm": "application/wasm",
};

export interface StaticServer {
  /** `http://127.0.0.1:PORT/` */
  readonly url: string;
  /** Another folder from now on, as after an upload; undefined: as if there were no network. */
  serve(folder: string | undefined): void;
  /** As fast as this from now on, all connections together; undefined: as fast as it can. */
  slowDown(bytesPerSecond: number | undefined): void;
  /** Answers that are being sent. */
  readonly sending: number;
  close(): Promise<void>;
}

/** A connection that many answers share. */
class Pace {
  bytesPerSecond: number | undefined;
  #freeAt = 0;

  stage(): Transform {
    return new Transform({
      highWaterMark: 16_384,
      transform: (chunk: Buffer, _encoding, done) => {
        if (this.bytesPerSecond === undefined) return done(null, chunk);
        const now = performance.now();
        this.#freeAt = Math.max(now, this.#freeAt) + (chunk.byteLength / this.bytesPerSecond) * 1000;
        setTimeout(done, this.#freeAt - now, null, chunk);
      },
    });
  }
}

/** `headers`: sent with every file. */
export async function serveFolder(
  folder: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<StaticServer> {
  let root: string | undefined = resolve(folder);
  let sending = 0;
  const pace = new Pace();
  const server = createServer((request, response) => {
    if (root === undefined) {
      request.destroy();
      return;
    }
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
    const file = resolve(root, `.${path.endsWith("/") ? join(path, "index.html") : path}`);
    const fail = () => response.writeHead(404).end();
    if (!file.startsWith(root + sep)) return fail();
    stat(file).then((found) => {
      if (!found.isFile()) return fail();
      const isPacked =
        PACKED.has(extname(file)) && /\bgzip\b/.test(String(request.headers["accept-encoding"] ?? ""));
      response.writeHead(200, {
        ...headers,
        ...(isPacked ? { "Content-Encoding": "gzip" } : { "Content-Length": found.size }),
        "Content-Type": TYPES[extname(file)] ?? "application/octet-stream",
        "Cache-Control": /\.html$|machine\.json$|slipway-preview|service-worker/.test(file)
          ? "no-cache"
          : "public, max-age=31536000, immutable",
      });
      sending++;
      response.once("close", () => sending--);
      const content = createReadStream(file);
      const stages = isPacked ? [content, createGzip(), pace.stage()] : [content, pace.stage()];
      // Whoever asked may leave before the end.
      pipeline([...stages, response], () => {});
    }, fail);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    serve: (next) => {
      root = next === undefined ? undefined : resolve(next);
      server.closeAllConnections();
    },
    slowDown: (bytesPerSecond) => {
      pace.bytesPerSecond = bytesPerSecond;
    },
    get sending() {
      return sending;
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
