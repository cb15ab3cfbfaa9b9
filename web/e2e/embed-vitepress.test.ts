// examples/vitepress: elements in a site that is rendered on a server first, lies at a path, and changes pages without loading them.

import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SlipwayBrowser } from "./browser.ts";
import { saidBy, shownBy, untilServed } from "./embed-host.ts";
import { packageExample } from "./package-example.ts";

const PATIENCE = { timeout: 120_000, interval: 200 };

let browser: SlipwayBrowser;

beforeAll(async () => {
  const example = await packageExample("vitepress", true);
  await example.script("build");
  // Previews have a host of their own: here it is this server, under other names, and its root.
  const site = join(example.folder, "docs/.vitepress/dist");
  browser = await SlipwayBrowser.open(site, { query: "handbook/index.html" });
}, 500_000);

afterAll(() => browser?.close());

describe("a VitePress site", () => {
  it("runs a fenced code block, with its colours and its own", async () => {
    const block = browser.page.locator("slipway-run");
    await block.getByRole("button", { name: "Run" }).click();
    await expect.poll(() => saidBy(block), PATIENCE).toBe("Ended");
    expect(await shownBy(block)).toBe("hull, keel, ramp\n");
    const brand = await browser.page.evaluate(() => {
      const style = getComputedStyle(document.documentElement);
      return style.getPropertyValue("--vp-c-brand-3").trim();
    });
    const accent = block
      .locator(".frame")
      .evaluate((frame) => getComputedStyle(frame).getPropertyValue("--accent"));
    expect((await accent).trim()).toBe(brand);
  });

  it("keeps its machine from page to page, and lets go of what has left", async () => {
    const { page } = browser;
    const terminal = page.locator("slipway-terminal");
    await terminal.getByRole("button", { name: "Start the terminal" }).click();
    await expect.poll(() => shownBy(terminal), PATIENCE).toMatch(/#\s*$/);
    await page.getByRole("link", { name: "On the next page" }).click();
    const playground = page.locator("slipway-playground");
    await playground.getByRole("button", { name: "Start the playground" }).click();
    await untilServed(playground, "Hello from the handbook");
    expect(page.workers().length).toBe(1);
    expect(browser.errors.filter((text) => !text.includes("status of 502"))).toEqual([]);
    expect(browser.foreignRequests).toEqual([]);
  }, 400_000);
});
