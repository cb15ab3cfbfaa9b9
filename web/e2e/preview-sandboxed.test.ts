// Previews where the deployer has set no host for them: sandboxed frames of the application's own site, what works in them, and that they
// reach nothing of the application.

import { describe, expect, it } from "vitest";
import { builtSite } from "./site.ts";
import { serveFolder } from "./static-server.ts";
import type { TabDocument } from "./tab.ts";
import { useVisit } from "./use-visit.ts";

describe("without a host for previews", () => {
  // What tries to break out makes the browser speak; and a page asks for what it cannot have.
  const visit = useVisit(builtSite, "chromium", { expectedErrors: /./ });

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
    const server = await serveFolder(await builtSite());
    // A name of this computer that is not one of those which stand for a host of previews.
    await visit.openShell({
      server: { ...server, url: server.url.replace("127.0.0.1", "app.localhost") },
      colors: "dark",
    });
    await visit.click("button", "Got it");
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
      topDocument: "SecurityError",
      topSlipway: "SecurityError",
      opener: "null",
      fetched: "TypeError",
    });
    // It cannot lead the application away, either.
    await one.evaluate("try { top.location = 'about:blank#taken' } catch {}");
    expect(visit.tab.url).toBe(visit.url);

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
    topDocument: await attempt(() => top!.document),
    topSlipway: await attempt(() => (top as unknown as { slipway: unknown }).slipway),
    opener: String(window.opener),
    fetched: await attempt(() => fetch(`${app}assets/machine.json`)),
  };
}
