// Twenty embeds on one page, started by being scrolled to: they share a machine, and the page stays one that can be used.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EmbedHost, saidBy, shownBy } from "./embed-host.ts";

const PATIENCE = { timeout: 170_000, interval: 500 };
const COUNT = 20;

const EMBEDS = Array.from({ length: COUNT }, (_, index) => {
  const id = `id="e${index}" start="visible"`;
  const place = `<div style="height: 60vh">`;
  if (index % 4 === 3)
    return `${place}<slipway-playground ${id} image="busybox" command="sh main.sh">
      <script type="text/plain" data-file="main.sh">echo "number ${index} of $(hostname | wc -c)"; sleep 100000</script></slipway-playground></div>`;
  if (index % 4 === 2)
    return `${place}<slipway-run ${id} image="busybox" command="sh"><pre><code>echo "number ${index} of $(hostname | wc -c)"</code></pre></slipway-run></div>`;
  if (index === 0)
    return `${place}<slipway-terminal ${id} image="python" command="python3"></slipway-terminal></div>`;
  return `${place}<slipway-terminal ${id} image="busybox" command="sh"></slipway-terminal></div>`;
});

let host: EmbedHost;

beforeAll(async () => {
  const pages = {
    "index.html": `<!doctype html><link rel="icon" href="data:,">
      <script type="module" src="https://slipway.example/embed.js"></script>
      <button id="count" onclick="this.textContent = Number(this.textContent) + 1">0</button>${EMBEDS.join("\n")}`,
  };
  host = await EmbedHost.open({ pages });
});

afterAll(() => host.close());

const element = (index: number) => host.page.locator(`#e${index}`);

describe("twenty embeds on one page", () => {
  it("start when they are seen, not before", async () => {
    await expect.poll(() => shownBy(element(0)), PATIENCE).toContain(">>>");
    expect(await saidBy(element(COUNT - 1))).toBe("");
  });

  it("all run, in one machine", async () => {
    for (let index = 1; index < COUNT; index++) {
      await element(index).scrollIntoViewIfNeeded();
      if (index % 4 >= 2)
        await expect.poll(() => shownBy(element(index)), PATIENCE).toContain(`number ${index} of 13`);
      else await expect.poll(() => shownBy(element(index)), PATIENCE).toMatch(/#\s*$/);
    }
    expect(host.page.workers().length).toBe(1);
  }, 600_000);

  it("leave a page that works: every terminal answers, and so does the page", async () => {
    const terminals = Array.from({ length: COUNT }, (_, index) => index).filter((index) => index % 4 < 2);
    for (const index of terminals.slice(1)) {
      await element(index).evaluate((terminal, line) => {
        (terminal as unknown as { type(text: string): void }).type(line);
      }, `echo answer $((${index} * 100))\r`);
    }
    for (const index of terminals.slice(1))
      await expect.poll(() => shownBy(element(index)), PATIENCE).toContain(`\nanswer ${index * 100}\n`);
    await host.page.locator("#count").click();
    expect(await host.page.locator("#count").textContent()).toBe("1");
    const containers = await host.page.evaluate(
      () => (document.querySelector("#e2") as HTMLElement).shadowRoot!.querySelector(".state")!.textContent,
    );
    expect(containers).toBe("Ended");
    expect(host.browser.errors).toEqual([]);
  });
});
