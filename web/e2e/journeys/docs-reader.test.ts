// A reader of somebody's documentation: a page of another site with one script tag, whose examples run where they stand.

import { afterEach, describe, expect, it } from "vitest";
import { embedPages, exampleFolder } from "../embed-host.ts";
import { builtSite } from "../site.ts";
import { type StaticServer, serveFolder } from "../static-server.ts";
import { useVisit } from "../use-visit.ts";
import { BROWSERS } from "../visit.ts";

let slipway: StaticServer | undefined;
afterEach(() => slipway?.close());

describe.each(BROWSERS)("a docs reader in %s", (browserName) => {
  // Slipway's site is another one than the page's, and so are its previews.
  const visit = useVisit(builtSite, browserName, {
    foreign: /^http:\/\/(127\.0\.0\.1|p\d+-\w+\.localhost):/,
  });

  it("runs a code block, types into a terminal and sees a server's page", async () => {
    slipway = await serveFolder(await builtSite(), { "Access-Control-Allow-Origin": "*" });
    const pages = await embedPages(exampleFolder("plain-page"), slipway.url);
    try {
      await visit.open({ server: await serveFolder(pages.folder) });
      await visit.tab.until(
        "document.querySelector('#python').shadowRoot?.querySelector('button')",
        undefined,
        60_000,
      );
      await visit.picture("docs-reader-1-arrives");
      expect(await visit.axe()).toEqual([]);

      await press("sums", "Run");
      await visit.tab.until(
        "document.querySelector('#sums').output === 'the sum is 45\\n'",
        undefined,
        120_000,
      );

      await press("python", "Start the terminal");
      await visit.tab.until("/>>> ?$/.test(document.querySelector('#python').text)", undefined, 120_000);
      await visit.typeLine("greet('docs'), 6 * 7");
      await visit.tab.until(
        "document.querySelector('#python').text.includes(\"('hello, docs', 42)\")",
        undefined,
        60_000,
      );
      await visit.picture("docs-reader-2-types");

      await press("server", "Start the playground");
      await expect
        .poll(() => served(), { timeout: 120_000, interval: 200 })
        .toContain("Served from a container");
      await visit.tab.until(
        "document.querySelector('#server').text.includes('serving on port 8000')",
        undefined,
        60_000,
      );
      await scrollTo("server");
      await visit.picture("docs-reader-3-plays");
      expect(await visit.axe()).toEqual([]);
    } finally {
      await pages.remove();
    }
  });

  /** Within a shadow root, where Firefox's driver finds nothing by its role. */
  const press = (id: string, label: string) =>
    visit.tab.evaluate(
      ([element, text]) => {
        const buttons = document.getElementById(element)!.shadowRoot!.querySelectorAll("button");
        [...buttons].find((button) => button.textContent.trim() === text)!.click();
      },
      [id, label] as const,
    );

  const scrollTo = (id: string) =>
    visit.tab.evaluate((element) => document.getElementById(element)!.scrollIntoView(), id);

  /** What the frames of the page show. */
  async function served(): Promise<string> {
    const texts = await Promise.all(
      visit.tab
        .frames()
        .map((frame) => frame.evaluate<string>("document.body?.textContent ?? ''").catch(() => "")),
    );
    return texts.slice(1).join("\n");
  }
});
