// A developer serves one site from nginx and another from a Python server, in containers, and looks at both.

import { describe, expect, it } from "vitest";
import { builtSite } from "../site.ts";
import type { TabDocument } from "../tab.ts";
import { useVisit } from "../use-visit.ts";
import { BROWSERS } from "../visit.ts";

const APP = [
  "import http.server, json",
  "class Handler(http.server.BaseHTTPRequestHandler):",
  "    hits = 0",
  "    def do_GET(self):",
  "        Handler.hits += 1",
  "        style = 'body { font: 20px sans-serif; margin: 3em; color: #143c6e } #hits { font-size: 5em; margin: 0 }'",
  "        page = '<!doctype html><title>Counter</title><style>%s</style><h1>Counter</h1><p id=hits>%d</p><a href=/next>again</a>' % (style, Handler.hits)",
  "        self.send_response(200)",
  "        self.send_header('Content-Type', 'text/html')",
  "        self.end_headers()",
  "        self.wfile.write(page.encode())",
  "http.server.ThreadingHTTPServer(('', 8000), Handler).serve_forever()",
].join("\n");

const SITE =
  "<!doctype html><link rel=stylesheet href=style.css><title>My site</title><h1>My site</h1><p>From nginx.</p>";

describe.each(BROWSERS)("a developer in %s", (browserName) => {
  // A server that is gone: the browser says so, too.
  const visit = useVisit(builtSite, browserName, { expectedErrors: /status of 502/ });

  const shows = (page: TabDocument, text: string) =>
    page.until((wanted) => document.querySelector("h1")?.textContent === wanted, text, 60_000);
  const write = (path: string, text: string) =>
    visit.run(`echo ${Buffer.from(text).toString("base64")} | base64 -d > ${path}`);

  it("serves sites from nginx and from Python and opens both previews", async () => {
    await visit.openShell({ colors: "dark" });
    await visit.click("button", "Got it");
    await visit.run("mkdir site");
    await write("site/index.html", SITE);
    await write("site/style.css", "body { font: 20px sans-serif; margin: 3em; color: rgb(20, 60, 110) }");
    await write("app.py", APP);
    await visit.typeLine("clear");
    await visit.waitForText(/^root@slipway:~# ?$/);
    await visit.run("docker run -d --name site -p 8080:80 -v /root/site:/usr/share/nginx/html nginx");
    await visit.run("docker run -d --name app -p 8000:8000 -v /root/app.py:/app.py python python3 /app.py");

    await visit.click("button", "Show a preview of port 8080, of container site");
    const site = await visit.preview(8080);
    await shows(site, "My site");
    await site.until("getComputedStyle(document.body).color === 'rgb(20, 60, 110)'", undefined, 60_000);
    await visit.picture("developer-1-nginx");
    expect(await visit.axe()).toEqual([]);

    // What is changed in the machine is there after a reload.
    await visit.run("sed -i 's/<h1>My/& better/' site/index.html");
    await visit.click("button", "Reload");
    await shows(await visit.preview(8080), "My better site");

    await visit.click("button", "Show a preview of port 8000, of container app");
    const app = await visit.preview(8000);
    await shows(app, "Counter");
    const hits = Number(await app.evaluate("document.querySelector('#hits').textContent"));
    await app.evaluate("document.querySelector('a').click()");
    await visit.tab.until("document.querySelector('.preview-address')?.value === '/next'", undefined, 60_000);
    const next = await visit.preview(8000);
    await shows(next, "Counter");
    expect(Number(await next.evaluate("document.querySelector('#hits').textContent"))).toBeGreaterThan(hits);
    await visit.picturesInBothColors("developer-2-python");
    expect(await visit.axe()).toEqual([]);

    await visit.run("docker stop site app");
    await visit.click("button", "Reload");
    await shows(await visit.preview(8000), "The server gave no answer");
    await visit.picture("developer-3-stopped");
  });
});
