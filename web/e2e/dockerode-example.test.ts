// examples/dockerode: a library for Node drives the engine in the page.

import { rm, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SlipwayBrowser } from "./browser.ts";
import { builtSite } from "./site.ts";

const PROJECT = resolve(import.meta.dirname, "../..");
const SITE = join(PROJECT, ".cache/example-dockerode");

let browser: SlipwayBrowser;

beforeAll(async () => {
  await build({ configFile: join(PROJECT, "examples/dockerode/vite.config.ts"), logLevel: "error" });
  await rm(join(SITE, "assets"), { recursive: true, force: true });
  await symlink(join(await builtSite(), "assets"), join(SITE, "assets"));
  browser = await SlipwayBrowser.open(SITE);
});

afterAll(() => browser.close());

describe("dockerode in a page", () => {
  it("pulls, attaches, waits and is told errors in Docker's words", async () => {
    const state = browser.page.locator("#state");
    await expect.poll(() => state.textContent(), { timeout: 120_000 }).toMatch(/^(Done|Failed)/);
    expect(await state.textContent()).toBe("Done.");
    const output = await browser.page.locator("#output").textContent();
    expect(output).toMatch(/^engine \S+, API 1\.\d+, Linux 6\./);
    expect(output).toContain("pulled busybox\nheard: hello from the page\nexit code 0\n");
    expect(output).toContain("404: No such container: nobody\n");
    expect(browser.errors).toEqual([]);
    expect(browser.foreignRequests).toEqual([]);
  });
});
