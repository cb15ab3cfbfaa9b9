// What programs of an embed reach outside: web servers by the page's fetch, as far as the page lets them, and everything by a relay.

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serveWisp, type WispServer } from "../../worker/outside/testing/wisp-server-node.ts";
import { EmbedHost, saidBy, shownBy } from "./embed-host.ts";

const PATIENCE = { timeout: 120_000, interval: 200 };

let server: Server;
let relay: WispServer;
let host: EmbedHost;

beforeAll(async () => {
  server = createServer((request, response) => {
    const open = request.url?.startsWith("/open") ? { "access-control-allow-origin": "*" } : {};
    response.writeHead(200, { ...open, "content-type": "text/plain" }).end(`seen ${request.url}\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  relay = await serveWisp({ "site.example:8080": port });
  const get = (url: string) =>
    `docker run --rm busybox wget -qO- http://host.docker.internal:${port}${url} 2>&1`;
  /** A name that stands for the page's own host, as a request names it. */
  const own = `printf 'GET /note.txt HTTP/1.0\\r\\nHost: 127.0.0.1:PORT\\r\\n\\r\\n' | docker run -i --rm busybox nc any.example 80`;
  const block = (id: string, code: string, attributes = "") =>
    `<slipway-run id="${id}" ${attributes}><pre><code class="language-sh">${code}</code></pre></slipway-run>`;
  const page = [
    block("open", get("/open?a=b")),
    block("shut", get("/shut")),
    block("own", own),
    block("own-allowed", own, 'outside="own-host"'),
    block("off", `${get("/open")}; cat /etc/resolv.conf`, 'outside="off"'),
    block(
      "relayed",
      "docker run --rm busybox wget -qO- http://site.example:8080/shut",
      `relay="${relay.url}"`,
    ),
    block("wrong", "true", 'relay="https://relay.example/"'),
  ];
  host = await EmbedHost.open({
    pages: {
      "index.html": `<!doctype html><link rel="icon" href="data:,"><script type="module" src="https://slipway.example/embed.js"></script>${page.join("")}`,
      "note.txt": "of the page's own host\n",
    },
  });
  const { port: ownPort } = new URL(host.browser.url);
  await host.page.evaluate((port) => {
    for (const code of document.querySelectorAll("code"))
      code.textContent = code.textContent!.replace(":PORT", `:${port}`);
  }, ownPort);
});

afterAll(async () => {
  await host?.close();
  relay?.close();
  server?.close();
});

async function printedBy(id: string): Promise<string> {
  const element = host.page.locator(`#${id}`);
  await element.getByRole("button", { name: "Run" }).click();
  await expect.poll(() => saidBy(element), PATIENCE).toMatch(/^(Ended|Failed)/);
  return shownBy(element);
}

describe("a program of an embed", () => {
  it("reads what a web server lets pages read, and is told why not of another", async () => {
    expect(await printedBy("open")).toMatch(/^seen \/open\?a=b\n$/m);
    expect(await printedBy("shut")).toContain("502 Blocked by CORS");
  });

  it("reaches the page's own host only where the page says so", async () => {
    expect(await printedBy("own")).toContain("403 The page's own host");
    expect(await printedBy("own-allowed")).toContain("of the page's own host");
  });

  it("reaches nothing where the page forbids it", async () => {
    expect(await printedBy("off")).not.toMatch(/seen|198\.18/);
  });

  it("reaches by a relay what no page may read", async () => {
    expect(await printedBy("relayed")).toMatch(/^seen \/shut\n$/m);
    expect(relay.asked).toEqual(["site.example:8080"]);
  });

  it("is not started with an address that is no relay's", async () => {
    await printedBy("wrong");
    expect(await saidBy(host.page.locator("#wrong"))).toBe(
      "Failed The address of a relay begins with wss:// or ws://, not: https://relay.example/",
    );
  });
});
