// An ApiHandler on a unix socket, enough of HTTP for a real docker client to talk to the fakes: the two command lines are then
// given the same engine.

import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ApiHandler } from "../../api/exchange.ts";
import { chunksOf, streamOf } from "../../base/streams.ts";

export interface ServedApi {
  /** For DOCKER_HOST. */
  readonly address: string;
  close(): Promise<void>;
}

export async function serveApi(handler: ApiHandler): Promise<ServedApi> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-cli-"));
  const path = join(folder, "docker.sock");
  const server = createServer((request, response) => {
    void (async () => {
      const headers = { "Api-Version": "1.51", Ostype: "linux", "Content-Type": "application/json" };
      if (request.url?.endsWith("/_ping")) {
        response.writeHead(200, headers).end(request.method === "HEAD" ? undefined : "OK");
        return;
      }
      const answer = await handler({
        method: request.method ?? "GET",
        target: request.url ?? "/",
        headers: request.headers as Record<string, string>,
        body: await bodyOf(request),
      });
      response.writeHead(answer.status, { ...headers, ...answer.headers });
      response.flushHeaders();
      if (answer.body !== null) for await (const chunk of chunksOf(answer.body)) response.write(chunk);
      response.end();
    })();
  });
  await new Promise<void>((resolve) => {
    server.listen(path, resolve);
  });
  return {
    address: `unix://${path}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
      rmSync(folder, { recursive: true });
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<ReadableStream<Uint8Array> | null> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  return chunks.length === 0 ? null : streamOf(...chunks);
}
