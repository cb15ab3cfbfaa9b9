// Containers in the page reach web servers by the browser's fetch: where the server allows it, and with words that say so where it does not.

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, it } from "vitest";
import { SlipwayBrowser } from "./browser.ts";
import { builtSite } from "./site.ts";

let browser: SlipwayBrowser;
let server: Server;
let port: number;

beforeAll(async () => {
  server = createServer((request, response) => {
    const open = request.url?.startsWith("/open") ? { "access-control-allow-origin": "*" } : {};
    response.writeHead(200, { ...open, "content-type": "text/plain" }).end(`seen ${request.url}\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
  browser = await SlipwayBrowser.open(await builtSite());
  await browser.waitForShell();
});

afterAll(async () => {
  await browser?.close();
  server.close();
});

async function get(url: string, wanted: RegExp): Promise<void> {
  await browser.typeLine(`clear; docker run --rm busybox wget -qO- ${url}`);
  await browser.waitForText(wanted, 60_000);
}

it("answers come from a server that lets pages read it", async () => {
  await get(`http://host.docker.internal:${port}/open?a=b`, /^seen \/open\?a=b$/m);
});

it("a server that does not is told by the name of the rule", async () => {
  await get(`http://host.docker.internal:${port}/shut`, /502 Blocked by CORS/);
});

it("a server that is not there is told apart from that", async () => {
  await get("http://host.docker.internal:9/", /502 Cannot be reached/);
});

it("the host that the page comes from is out of reach", async () => {
  const own = new URL(browser.url);
  await browser.typeLine(
    `clear; docker run --rm busybox sh -c "printf 'GET / HTTP/1.0\\r\\nHost: ${own.host}\\r\\n\\r\\n' | nc any.example 80"`,
  );
  await browser.waitForText(/403 The page's own host/, 60_000);
});
