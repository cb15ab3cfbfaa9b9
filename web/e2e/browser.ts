// Drives the built page in Chromium: a fresh profile for each run, a server of our own, and the few things that a person
// does with a terminal. What a terminal shows is read through `window.slipway`, which the page offers on purpose.

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import type { SlipwayApi } from "../app/public-api.ts";
import { type StaticServer, serveFolder } from "./static-server.ts";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const ARGUMENTS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // The last such switch counts: Playwright's own turns off what keeps sites within sites apart, which people have and previews live in.
  "--disable-features=Translate,MediaRouter,OptimizationHints,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,PaintHolding,DestroyProfileOnBrowserClose,AvoidUnnecessaryBeforeUnloadCheckSync",
];
const RESULTS = "test-results";

/** The page's own global, in functions that run in the page. */
type PageGlobal = { readonly slipway: SlipwayApi };

export interface OpenOptions {
  /** What follows the address: `?fake=hold`. */
  readonly query?: string;
  readonly context?: BrowserContextOptions;
  /** The profile's own settings, as Chromium's file "Preferences" has them. */
  readonly settings?: object;
  /** Before the page is opened. */
  readonly prepare?: (page: Page) => Promise<unknown>;
}

/** Of our server, under its own name or as the host of a preview. */
function isOwn(address: string, serverUrl: string): boolean {
  const { hostname, port } = new URL(address);
  return (
    address.startsWith(serverUrl) ||
    (/^p\d+[\w-]*\.localhost$/.test(hostname) && port === new URL(serverUrl).port)
  );
}

export class SlipwayBrowser {
  /** The tab that is looked at; another one with `newTab()` and `lookAt()`. */
  page: Page;
  readonly url: string;
  /** Addresses that were asked of anyone but our own server. */
  readonly foreignRequests: string[] = [];
  /** Exceptions of the page, and errors on its console. */
  readonly errors: string[] = [];
  readonly #context: BrowserContext;
  readonly #server: StaticServer;
  readonly #profile: string;

  private constructor(context: BrowserContext, page: Page, server: StaticServer, profile: string) {
    this.#context = context;
    this.page = page;
    this.#server = server;
    this.#profile = profile;
    this.url = server.url;
    context.on("request", (request) => {
      const address = request.url();
      if (!isOwn(address, server.url) && !/^(data|blob):/.test(address)) this.foreignRequests.push(address);
    });
    this.#listen(page);
  }

  #listen(page: Page): void {
    page.on("pageerror", (error) => this.errors.push(error.message));
    page.on("console", (entry) => {
      if (entry.type() === "error") this.errors.push(entry.text());
    });
  }

  /** Opens the site in `folder`, as `npm run build` leaves it. */
  static async open(folder: string, options: OpenOptions = {}): Promise<SlipwayBrowser> {
    const server = await serveFolder(folder);
    const profile = await mkdtemp(join(tmpdir(), "slipway-profile-"));
    if (options.settings !== undefined) {
      await mkdir(join(profile, "Default"));
      await writeFile(join(profile, "Default/Preferences"), JSON.stringify(options.settings));
    }
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: CHROMIUM,
      args: ARGUMENTS,
      viewport: { width: 1280, height: 800 },
      ...options.context,
    });
    const browser = new SlipwayBrowser(
      context,
      context.pages()[0] ?? (await context.newPage()),
      server,
      profile,
    );
    await options.prepare?.(browser.page);
    await browser.page.goto(server.url + (options.query ?? ""));
    return browser;
  }

  /** What the server has from now on: another folder, or nothing at all, as without a network. */
  serve(folder: string | undefined): void {
    this.#server.serve(folder);
  }

  /** Opens the site in another tab and looks at it. */
  async newTab(path = ""): Promise<Page> {
    const page = await this.#context.newPage();
    this.#listen(page);
    await page.goto(this.url + path);
    return this.lookAt(page);
  }

  async lookAt(page: Page): Promise<Page> {
    this.page = page;
    await page.bringToFront();
    return page;
  }

  async close(): Promise<void> {
    await this.#context.close();
    await this.#server.close();
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 3 });
  }

  /** Until the machine runs and the seen terminal has a shell. */
  async waitForShell(timeoutMs = 60_000): Promise<void> {
    await this.page.waitForFunction(
      () => (globalThis as unknown as PageGlobal).slipway?.activeTerminal?.connected === true,
      undefined,
      { timeout: timeoutMs },
    );
  }

  /** With the keyboard, into whatever has the focus. */
  async typeLine(text: string): Promise<void> {
    await this.page.keyboard.type(text);
    await this.page.keyboard.press("Enter");
  }

  /** What the seen terminal shows, scrollback included. */
  async text(): Promise<string> {
    return this.page.evaluate(
      () => (globalThis as unknown as PageGlobal).slipway.activeTerminal?.text() ?? "",
    );
  }

  /** Until the seen terminal shows `pattern`; resolves with its whole text. A failure quotes the last lines. */
  async waitForText(pattern: RegExp | string, timeoutMs = 30_000): Promise<string> {
    const source =
      typeof pattern === "string" ? pattern.replace(/[.*+?^${}()|[\]\\]/g, "\\$&") : pattern.source;
    const flags = typeof pattern === "string" ? "" : pattern.flags;
    try {
      await this.page.waitForFunction(
        ([expression, options]) =>
          new RegExp(expression!, options).test(
            (globalThis as unknown as PageGlobal).slipway.activeTerminal?.text() ?? "",
          ),
        [source, flags] as const,
        { timeout: timeoutMs, polling: 50 },
      );
    } catch (cause) {
      const last = (await this.text().catch(() => "(no page)")).split("\n").slice(-15).join("\n");
      throw new Error(`The terminal does not show ${pattern} after ${timeoutMs} ms:\n${last}`, { cause });
    }
    return this.text();
  }

  /** Into test-results/. */
  async screenshot(name: string): Promise<void> {
    await mkdir(RESULTS, { recursive: true });
    await this.page.screenshot({ path: join(RESULTS, `${name}.png`) });
  }
}
