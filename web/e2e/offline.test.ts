// Without a network, across updates, and from any folder of any web server: the built page, its service worker and what it keeps.

import { copyFile, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { offlineWorker } from "../../scripts/build/page-scripts.ts";
import { builtSite } from "./site.ts";
import { useBrowser } from "./use-visit.ts";

let site: string;
// A server that is gone, or lacks a file, is what some of these tests are about.
const browser = useBrowser(builtSite, { expectedErrors: /ERR_|status of 404|fetching the script/ });
const folders: string[] = [];

beforeAll(async () => {
  site = await builtSite();
});

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

async function keepEverything(): Promise<void> {
  await browser.page.keyboard.press("Shift+F1");
  await browser.page.getByRole("button", { name: "Make available offline" }).click();
  await browser.page.getByText("works without a network now").waitFor({ timeout: 120_000 });
  await browser.picture("offline-kept");
  await browser.page.keyboard.press("Escape");
}

/** As the page does by itself a while after the start. */
async function install(): Promise<void> {
  await browser.page.evaluate(async () => {
    await navigator.serviceWorker.register("service-worker.js");
    await navigator.serviceWorker.ready;
  });
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-site-"));
  folders.push(folder);
  return folder;
}

/** The site again with another title, as a later build would leave it. */
async function nextVersion(title: string): Promise<string> {
  const folder = await temporaryFolder();
  await cp(join(site, "app"), join(folder, "app"), { recursive: true });
  await symlink(join(site, "assets"), join(folder, "assets"));
  for (const file of [
    "preview.html",
    "slipway-preview-sandboxed.html",
    "slipway-preview-sandboxed.js",
    "icon.svg",
    "manifest.webmanifest",
  ])
    await copyFile(join(site, file), join(folder, file));
  const html = await readFile(join(site, "index.html"), "utf8");
  await writeFile(join(folder, "index.html"), html.replace(/<title>[^<]*/, `<title>${title}`));
  // A folder that is a link is not walked into: the list of machine files comes from the real one.
  const copy = await temporaryFolder();
  await cp(folder, copy, { recursive: true, dereference: true });
  await writeFile(join(folder, "service-worker.js"), await offlineWorker(copy));
  return folder;
}

describe("without a network", () => {
  it("everything works after one visit", async () => {
    await browser.openShell();
    await keepEverything();
    browser.serve(undefined);
    await browser.reload();
    await browser.prompt();
    await browser.typeLine(
      "docker run --rm python python3 -c 'print(6*7)'; docker run -d -p 8080:80 nginx; lxc-ls; echo end=$?",
    );
    await browser.waitForText(/^42$[\s\S]*^end=0$/m, 120_000);
  });

  it("an image works that was chosen", async () => {
    await browser.openShell();
    await browser.typeLine("docker pull -q python");
    await browser.waitForText(/^docker.io\/library\/python:latest$/m, 60_000);
    await browser.page.locator("slipway-rail").getByRole("button", { name: "Images" }).click();
    const keep = { name: "Keep python for use without a network" };
    await browser.page.getByRole("button", keep).click();
    await browser.page.getByText("python works without a network now.").waitFor({ timeout: 120_000 });
    browser.serve(undefined);
    await browser.reload();
    await browser.prompt();
    await browser.typeLine("docker run --rm python python3 -c 'print(6*7)'");
    await browser.waitForText(/^42$/m, 120_000);
  });

  it("the machine works once its own files are there, and what was used of images", async () => {
    await browser.openShell();
    await browser.typeLine("docker run --rm busybox echo first");
    await browser.waitForText(/^first$/m, 60_000);
    await install();
    browser.serve(undefined);
    await browser.reload();
    await browser.prompt();
    await browser.typeLine("docker run --rm busybox echo again");
    await browser.waitForText(/^again$/m, 60_000);
  });
});

describe("what is kept", () => {
  it("is fetched again where it is damaged", async () => {
    await browser.openShell();
    await install();
    const damaged = await browser.page.evaluate(async () => {
      const urls: string[] = [];
      for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of await cache.keys()) {
          if (!/snapshot-|data-disk-|\/app\/index-.*js/.test(request.url)) continue;
          await cache.put(request, new Response("damaged"));
          urls.push(request.url);
        }
      }
      return urls;
    });
    const isReadAtStart = (url: string) => !url.includes("data-disk-");
    expect(damaged.filter(isReadAtStart).length).toBeGreaterThanOrEqual(2);
    expect(damaged.length).toBeGreaterThanOrEqual(3);
    await browser.reload();
    await browser.prompt();
    await browser.typeLine("echo sound");
    await browser.waitForText(/^sound$/m);
    // The worker keeps what it fetched while the machine goes on.
    await expect
      .poll(async () => (await stillDamaged()).filter(isReadAtStart), { timeout: 30_000 })
      .toEqual([]);
    // What a start does not read is looked at when everything shall be there.
    await keepEverything();
    expect(await stillDamaged()).toEqual([]);
  });

  const stillDamaged = () =>
    browser.page.evaluate(async () => {
      const urls: string[] = [];
      for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const { url } of await cache.keys())
          if ((await (await cache.match(url))!.blob()).size === "damaged".length) urls.push(url);
      }
      return urls;
    });
});

describe("an update", () => {
  it("leaves the old version running until the new one is whole", async () => {
    await browser.openShell();
    await install();
    const old = await browser.page.title();
    const next = await nextVersion("The next version");
    const missing = join(next, "preview.html");
    await rm(missing);
    browser.serve(next);
    const update = () =>
      browser.page.evaluate(async () => {
        const registration = (await navigator.serviceWorker.getRegistration())!;
        await registration.update();
        const { installing } = registration;
        if (installing)
          await new Promise<void>((settled) => {
            installing.addEventListener("statechange", () => settled());
          });
        return registration.waiting !== null;
      });
    expect(await update()).toBe(false);
    await browser.reload();
    await browser.prompt();
    expect(await browser.page.title()).toBe(old);
    await copyFile(join(site, "preview.html"), missing);
    expect(await update()).toBe(true);
    expect(await browser.page.title()).toBe(old);
    await browser.reload();
    await browser.page.waitForFunction(() => document.title === "The next version");
    await browser.prompt();
    // And it is what works offline now.
    browser.serve(undefined);
    await browser.reload();
    await browser.prompt();
    expect(await browser.page.title()).toBe("The next version");
  });
});

describe("a copy", () => {
  it("works in any folder of any web server, and can be installed", async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, "some"));
    await symlink(site, join(folder, "some/where"));
    await browser.openShell({ folder, query: "some/where/" });
    await install();
    const session = await browser.page.context().newCDPSession(browser.page);
    const manifest = (await session.send("Page.getAppManifest")) as { url: string; errors: unknown[] };
    expect(manifest.url).toBe(`${browser.url}some/where/manifest.webmanifest`);
    expect(manifest.errors).toEqual([]);
    browser.serve(undefined);
    await browser.reload();
    await browser.prompt();
  });
});
