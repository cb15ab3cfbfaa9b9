// Previews where the deployer has set no host for them: sandboxed frames of the application's own site, what works in them, and that they
// reach nothing of the application.

import { describe, expect, it } from "vitest";
import { builtSite } from "./site.ts";
import { serveFolder } from "./static-server.ts";
import type { TabDocument } from "./tab.ts";
import { useVisit } from "./use-visit.ts";
import { BROWSERS } from "./visit.ts";

/** A form that is posted, and where it leads: what was said, and how often this visitor has said something. */
const APP = `
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

said = []

class App(BaseHTTPRequestHandler):
    def do_GET(self):
        count = (self.headers.get("Cookie") or "count=0").split("=")[1]
        title = f"{said[-1]} {count}" if said else "Say something"
        page = f"<!doctype html><h1>{title}</h1><form method=post action=/say><input name=word value=hello><button>Say</button></form>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def do_POST(self):
        fields = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        said.append(fields["word"][0])
        self.send_response(303)
        self.send_header("Location", "/said")
        self.send_header("Set-Cookie", f"count={len(said)}; Path=/")
        self.send_header("Content-Length", "0")
        self.end_headers()

HTTPServer(("", 8000), App).serve_forever()
`;

/** What each browser says about a page that asks the application's server, and then tries to lead the application away. */
const REFUSALS = {
  chromium: [
    /^Access to fetch at '\S+machine\.json' from origin 'null' has been blocked by CORS policy/,
    /^Failed to load resource: net::ERR_FAILED$/,
    /^Unsafe attempt to initiate navigation .* is sandboxed, but the flag of 'allow-top-navigation'/,
  ],
  firefox: [/^Cross-Origin Request Blocked: .*machine\.json\. \(Reason: CORS header/],
} as const;

describe.each(BROWSERS)("without a host for previews, in %s", (browserName) => {
  const visit = useVisit(builtSite, browserName);

  async function openShell(): Promise<void> {
    const server = await serveFolder(await builtSite());
    // A name of this computer that is not one of those which stand for a host of previews.
    const url = server.url.replace("127.0.0.1", "app.localhost");
    await visit.openShell({ server: { ...server, url }, colors: "dark" });
    await visit.click("button", "Got it");
  }

  /** The server's page, within the frame of ours. */
  async function shown(heading: string): Promise<TabDocument> {
    let found: TabDocument | undefined;
    await expect
      .poll(
        async () => {
          for (const frame of visit.tab.frames()) {
            const text = await frame
              .evaluate<string>("document.querySelector('h1')?.textContent ?? ''")
              .catch(() => "");
            if (text === heading) found = frame;
          }
          return found !== undefined;
        },
        { timeout: 60_000, interval: 200 },
      )
      .toBe(true);
    return found!;
  }

  it("shows a site, follows its links and forms, and reaches nothing of the application", async () => {
    await openShell();
    await visit.run("mkdir site; cd site");
    await visit.run("echo 'h1 { color: rgb(1, 2, 3) }' > style.css");
    await visit.run(
      "echo '<!doctype html><link rel=stylesheet href=style.css><h1>Page one</h1><form action=two.html><button>two</button></form><a href=two.html>two</a>' > index.html",
    );
    await visit.run("echo '<!doctype html><h1>Page two</h1><a href=index.html>one</a>' > two.html");
    await visit.run("docker run -d --name web -p 8080:80 -v /root/site:/usr/share/nginx/html nginx");
    await visit.click("button", "Show a preview of port 8080, of container web");
    const one = await shown("Page one");
    await visit.read("this site has no host for previews");
    expect(await one.evaluate("getComputedStyle(document.querySelector('h1')).color")).toBe("rgb(1, 2, 3)");
    expect(await one.evaluate("fetch('/two.html').then((answer) => answer.text())")).toContain("Page two");
    await visit.picture("preview-sandboxed");
    expect(await visit.axe()).toEqual([]);

    await visit.tab.evaluate("localStorage.setItem('secret', 'of the application')");
    expect(await one.evaluate(`(${reached})(${JSON.stringify(visit.url)})`)).toEqual({
      origin: "null",
      storage: "SecurityError",
      files: "SecurityError",
      caches: "SecurityError",
      worker: "SecurityError",
      frameDocument: "null",
      parentDocument: "SecurityError",
      hostDocument: "SecurityError",
      topDocument: "SecurityError",
      topSlipway: "SecurityError",
      opener: "null",
      fetched: "TypeError",
    });
    // It cannot lead the application away, either.
    await one.evaluate("try { top.location = 'about:blank#taken' } catch {}");
    expect(visit.tab.url).toBe(visit.url);
    const refusals = REFUSALS[browserName];
    await expect.poll(() => visit.errors.length).toBe(refusals.length);
    for (const refusal of refusals) expect(visit.errors).toContainEqual(expect.stringMatching(refusal));
    visit.errors.length = 0;

    await one.evaluate("document.querySelector('a').click()");
    const two = await shown("Page two");
    await visit.tab.until(
      "document.querySelector('.preview-address').value === '/two.html'",
      undefined,
      60_000,
    );
    await two.evaluate("document.querySelector('a').click()");
    const again = await shown("Page one");
    await again.evaluate("document.querySelector('button').click()");
    await shown("Page two");
    await visit.click("button", "Back");
    await shown("Page one");
  });

  it("works without a network after one visit", async () => {
    await openShell();
    await visit.tab.evaluate(
      "navigator.serviceWorker.register('service-worker.js').then(() => navigator.serviceWorker.ready).then(() => {})",
    );
    await visit.run(
      `docker run -d --name web -p 8080:80 busybox sh -c 'echo "<h1>Kept</h1>" > /tmp/index.html; exec httpd -f -h /tmp'`,
    );
    await visit.run("docker exec web wget -qO- http://127.0.0.1/");
    visit.serve(undefined);
    await visit.click("button", "Show a preview of port 8080, of container web");
    await shown("Kept");
  });

  it("posts forms, follows redirects and keeps cookies", async () => {
    await openShell();
    await visit.run(`echo ${Buffer.from(APP).toString("base64")} | base64 -d > app.py`);
    await visit.run("docker run -d --name app -p 8000:8000 -v /root/app.py:/app.py python python3 /app.py");
    await visit.click("button", "Show a preview of port 8000, of container app");
    const say = async (heading: string) =>
      (await shown(heading)).evaluate("document.querySelector('button').click()");
    await say("Say something");
    await say("hello 1");
    await shown("hello 2");
    await visit.tab.until("document.querySelector('.preview-address').value === '/said'", undefined, 60_000);
  });
});

/** In the server's page: what it gets of the application, by name; an error's name where it gets nothing. */
async function reached(app: string) {
  const attempt = async (act: () => unknown) => {
    try {
      return String(await act());
    } catch (error) {
      return (error as Error).name;
    }
  };
  return {
    origin: self.origin,
    storage: await attempt(() => localStorage.getItem("secret")),
    files: await attempt(() => navigator.storage.getDirectory()),
    caches: await attempt(() => caches.keys()),
    worker: await attempt(() => navigator.serviceWorker.register(`${app}service-worker.js`)),
    frameDocument: await attempt(() => window.frameElement),
    parentDocument: await attempt(() => window.parent.document),
    hostDocument: await attempt(() => window.parent.parent.document),
    topDocument: await attempt(() => top!.document),
    topSlipway: await attempt(() => (top as unknown as { slipway: unknown }).slipway),
    opener: String(window.opener),
    fetched: await attempt(() => fetch(`${app}assets/machine.json`)),
  };
}
