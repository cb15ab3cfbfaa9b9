// A page of one site that embeds Slipway from another: two servers, as a docs author and whoever runs Slipway have them.

import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Locator } from "playwright-core";
import type { PlaygroundElement, RunElement, TerminalElement } from "../embed/elements.ts";
import { SlipwayBrowser } from "./browser.ts";
import { builtSite } from "./site.ts";
import { serveFolder } from "./static-server.ts";

/** What stands for Slipway's site in pages of examples and documents. */
const SITE = "https://slipway.example";

export interface EmbedHostOptions {
  /** A folder of the host's pages, or pages by name. */
  readonly pages: string | Readonly<Record<string, string>>;
  /** What Slipway's site sends besides; it lets other origins have its files, unless this says otherwise. */
  readonly siteHeaders?: Readonly<Record<string, string>>;
  /** Path and query of the page that is opened. */
  readonly query?: string;
}

export class EmbedHost {
  readonly browser: SlipwayBrowser;
  readonly siteUrl: string;
  readonly #close: () => Promise<void>;

  private constructor(browser: SlipwayBrowser, siteUrl: string, close: () => Promise<void>) {
    this.browser = browser;
    this.siteUrl = siteUrl;
    this.#close = close;
  }

  static async open(options: EmbedHostOptions): Promise<EmbedHost> {
    const { pages, siteHeaders = { "Access-Control-Allow-Origin": "*" }, query = "" } = options;
    const site = await serveFolder(await builtSite(), siteHeaders);
    const { folder, remove } = await embedPages(pages, site.url);
    const browser = await SlipwayBrowser.open(folder, { query });
    return new EmbedHost(browser, site.url, async () => {
      await browser.close();
      await site.close();
      await remove();
    });
  }

  get page() {
    return this.browser.page;
  }

  close(): Promise<void> {
    return this.#close();
  }
}

/** A copy of `pages`, a folder or pages by name, that embeds from `siteUrl`. */
export async function embedPages(
  pages: EmbedHostOptions["pages"],
  siteUrl: string,
): Promise<{ readonly folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-host-"));
  if (typeof pages === "string") await cp(pages, folder, { recursive: true });
  else for (const [name, text] of Object.entries(pages)) await writeFile(join(folder, name), text);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!/\.html$/.test(entry.name)) continue;
    await writeFile(path, (await readFile(path, "utf8")).replaceAll(SITE, siteUrl.slice(0, -1)));
  }
  return { folder, remove: () => rm(folder, { recursive: true }) };
}

/** What a terminal or a playground shows, or a code block has printed. */
export function shownBy(element: Locator): Promise<string> {
  return element.evaluate((found) => {
    const embed = found as unknown as Partial<TerminalElement & PlaygroundElement & RunElement>;
    return embed.text ?? embed.output ?? "";
  });
}

/** Until a playground's preview shows a heading; a server that is slow to start needs what its reader would do, a reload. */
export async function untilServed(playground: Locator, heading: string): Promise<void> {
  const shown = playground
    .frameLocator("iframe")
    .frameLocator("iframe")
    .getByRole("heading", { name: heading });
  for (let attempt = 1; ; attempt++) {
    try {
      return await shown.waitFor({ timeout: 45_000 });
    } catch (error) {
      if (attempt === 4) throw error;
      const reload = playground.getByRole("button", { name: "Reload the preview" });
      if (await reload.isVisible()) await reload.click();
    }
  }
}

/** What an element says about itself: its state, and what is below it. */
export async function saidBy(element: Locator): Promise<string> {
  const state = await element.locator(".state").textContent();
  return `${state} ${await element.locator(".note").textContent()}`.trim();
}

/** The folder of an example. */
export function exampleFolder(name: string): string {
  return join(dirname(dirname(import.meta.dirname)), "examples", name);
}
