// examples/plain-page: one script tag of another site, and every element that it defines.

import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EmbedHost, exampleFolder, shownBy, untilServed } from "./embed-host.ts";

const MOST_BYTES_BEFORE = 15_000;
const PATIENCE = { timeout: 90_000, interval: 200 };

let host: EmbedHost;
const fetchedBefore: string[] = [];

beforeAll(async () => {
  host = await EmbedHost.open({ pages: exampleFolder("plain-page") });
  await host.page.locator("#python .starter").waitFor();
  fetchedBefore.push(...host.browser.foreignRequests);
});

afterAll(() => host.close());

const element = (id: string) => host.page.locator(`#${id}`);
const press = (id: string, name: RegExp | string) => element(id).getByRole("button", { name }).click();

describe("one script tag on a page of another site", () => {
  it("fetches less than 15 KB, compressed, and starts nothing before it is asked", async () => {
    expect(fetchedBefore.length).toBeGreaterThan(0);
    const texts = await Promise.all(fetchedBefore.map(async (url) => (await fetch(url)).text()));
    const bytes = texts.reduce((sum, text) => sum + gzipSync(text).byteLength, 0);
    expect(bytes).toBeLessThan(MOST_BYTES_BEFORE);
    expect(host.page.workers()).toEqual([]);
  });

  it("runs a command of an image in a terminal, with the page's files", async () => {
    await press("python", "Start the terminal");
    await expect.poll(() => shownBy(element("python")), PATIENCE).toMatch(/try greet[^\n]*\n>>>/);
    await host.page.keyboard.type("greet('docs'), 6 * 7");
    await host.page.keyboard.press("Enter");
    await expect.poll(() => shownBy(element("python")), PATIENCE).toContain("('hello, docs', 42)");
  });

  it("runs a code block where it stands, and again", async () => {
    await press("sums", "Run");
    await expect.poll(() => element("sums").locator(".state").textContent(), PATIENCE).toBe("Ended");
    expect(await shownBy(element("sums"))).toBe("the sum is 45\n");
    await element("sums")
      .locator("code")
      .evaluate((code) => {
        code.textContent = "import sys\nsys.exit('no luck')\n";
      });
    await press("sums", "Run again");
    await expect
      .poll(() => element("sums").locator(".state").textContent(), PATIENCE)
      .toBe("Ended with code 1");
    expect(await shownBy(element("sums"))).toBe("no luck\n");
  });

  it("runs the commands of a shell session in the machine, and stops what does not end", async () => {
    await press("shell", "Run");
    await expect.poll(() => element("shell").locator(".state").textContent(), PATIENCE).toBe("Ended");
    expect(await shownBy(element("shell"))).toMatch(/(^|\n)hello from a container\n$/);
    await element("shell")
      .locator("code")
      .evaluate((code) => {
        code.textContent = "echo begun; exec sleep 1000\n";
      });
    await press("shell", "Run again");
    await expect.poll(() => shownBy(element("shell")), PATIENCE).toBe("begun\n");
    await press("shell", "Stop");
    await expect.poll(() => element("shell").locator(".state").textContent(), PATIENCE).toBe("Stopped");
  });

  it("shows what a playground serves, and what it serves after a change", async () => {
    const playground = element("server");
    await press("server", "Start the playground");
    await untilServed(playground, "Served from a container");
    expect(await shownBy(playground)).toContain("serving on port 8000");

    await playground.getByRole("tab", { name: "page.html" }).click();
    const editor = playground.getByRole("textbox", { name: /page\.html/ });
    await editor.fill("<h1>Changed by its reader</h1>\n");
    await editor.press("Control+Enter");
    await untilServed(playground, "Changed by its reader");
  }, 400_000);

  it("has one machine for all of them, and leaves nothing in the host's storage", async () => {
    expect(host.page.workers().length).toBe(1);
    const left = await host.page.evaluate(async () => {
      const files: string[] = [];
      for await (const name of (await navigator.storage.getDirectory()).keys()) files.push(name);
      const databases = (await indexedDB.databases()).map(({ name }) => name);
      return { caches: await caches.keys(), databases, keys: Object.keys(localStorage), files };
    });
    expect(left).toEqual({ caches: [], databases: [], keys: [], files: [] });
    expect(host.browser.errors.filter((text) => !text.includes("status of 502"))).toEqual([]);
  });

  it("has its attributes also where a framework sets what an element has as a property", async () => {
    const attributes = [
      "image",
      "command",
      "files",
      "port",
      "label",
      "height",
      "start",
      "theme",
      "persist",
      "outside",
      "relay",
    ];
    const lost = await host.page.evaluate((names) => {
      const element = document.createElement("slipway-playground") as unknown as Record<string, unknown> &
        Element;
      for (const name of names)
        if (name in element) element[name] = "given";
        else element.setAttribute(name, "given");
      return names.filter((name) => element.getAttribute(name) !== "given");
    }, attributes);
    expect(lost).toEqual([]);
  });

  it("ends what an element runs when it leaves the page", async () => {
    const names = () =>
      host.page.evaluate(async () => {
        const block = document.querySelector("#shell")!;
        block.querySelector("code")!.textContent = "docker ps --format '{{.Names}}'\n";
        block.shadowRoot!.querySelector("button")!.click();
      });
    await element("python").evaluate((terminal) => terminal.remove());
    const listed = async () => {
      await names();
      await expect.poll(() => element("shell").locator(".state").textContent(), PATIENCE).toBe("Ended");
      return shownBy(element("shell"));
    };
    await expect.poll(listed, PATIENCE).toMatch(/^embed-\d+-2\n$/);
  });
});
