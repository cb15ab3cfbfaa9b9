// Debian's Chromium over Playwright.

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Frame,
  type Locator,
  type Page,
} from "playwright-core";
import { processMemory } from "./process-memory.ts";
import {
  SCREENS,
  type Screen,
  type Session,
  type SessionEvents,
  type SessionOptions,
  type Tab,
  type TabDocument,
  type Target,
  untilExpression,
} from "./tab.ts";

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

export interface ChromiumOptions extends SessionOptions {
  readonly context?: BrowserContextOptions;
  /** The profile's own settings, as Chromium's file "Preferences" has them. */
  readonly settings?: object;
}

export class ChromiumSession implements Session {
  readonly tab: ChromiumTab;
  readonly #context: BrowserContext;
  readonly #profile: string;
  readonly #events: SessionEvents;

  private constructor(context: BrowserContext, page: Page, profile: string, events: SessionEvents) {
    this.#context = context;
    this.#profile = profile;
    this.#events = events;
    context.on("request", (request) => events.onRequest(request.url()));
    this.tab = this.#listen(page);
  }

  static async launch(options: ChromiumOptions, events: SessionEvents): Promise<ChromiumSession> {
    const profile = await mkdtemp(join(tmpdir(), "slipway-profile-"));
    if (options.settings !== undefined) {
      await mkdir(join(profile, "Default"));
      await writeFile(join(profile, "Default/Preferences"), JSON.stringify(options.settings));
    }
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: CHROMIUM,
      args: ARGUMENTS,
      ...contextOf(options),
      ...options.context,
    });
    const page = context.pages()[0] ?? (await context.newPage());
    return new ChromiumSession(context, page, profile, events);
  }

  async newTab(): Promise<ChromiumTab> {
    return this.#listen(await this.#context.newPage());
  }

  memoryBytes(): Promise<number> {
    return processMemory(this.#profile);
  }

  async close(): Promise<void> {
    await this.#context.close();
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 3 });
  }

  #listen(page: Page): ChromiumTab {
    page.on("pageerror", (error) => this.#events.onError(error.message));
    page.on("console", (entry) => {
      if (entry.type() === "error") this.#events.onError(entry.text());
    });
    return new ChromiumTab(page);
  }
}

export class ChromiumTab implements Tab {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get url(): string {
    return this.page.url();
  }

  evaluate: TabDocument["evaluate"] = (body, argument) => documentOf(this.page).evaluate(body, argument);
  until: TabDocument["until"] = (...args) => documentOf(this.page).until(...args);

  async beforeScripts(source: string): Promise<void> {
    await this.page.addInitScript(source);
  }

  async goto(url: string): Promise<void> {
    await this.page.goto(url);
  }

  async reload(): Promise<void> {
    await this.page.reload();
  }

  close(): Promise<void> {
    return this.page.close();
  }

  bringToFront(): Promise<void> {
    return this.page.bringToFront();
  }

  type(text: string): Promise<void> {
    return this.page.keyboard.type(text);
  }

  press(keys: string): Promise<void> {
    return this.page.keyboard.press(keys);
  }

  click(target: Target, timeoutMs: number): Promise<void> {
    return this.#locate(target).click({ timeout: timeoutMs });
  }

  see(target: Target, timeoutMs: number): Promise<void> {
    return this.#locate(target).waitFor({ timeout: timeoutMs });
  }

  frames(): readonly TabDocument[] {
    return this.page.frames().map((frame) => documentOf(frame));
  }

  resize({ width, height }: Screen): Promise<void> {
    return this.page.setViewportSize({ width, height });
  }

  async picture(path: string): Promise<void> {
    await this.page.screenshot({ path });
  }

  #locate({ role, name }: Target): Locator {
    return this.page.getByRole(role as Parameters<Page["getByRole"]>[0], { name, exact: true }).first();
  }
}

function contextOf({ screen = SCREENS.desktop, colors }: SessionOptions): BrowserContextOptions {
  const { width, height, scale = 1, touch = false }: Screen = screen;
  return {
    viewport: { width, height },
    deviceScaleFactor: scale,
    isMobile: touch,
    hasTouch: touch,
    ...(colors && { colorScheme: colors }),
  };
}

function documentOf(frame: Page | Frame): TabDocument {
  const evaluate: TabDocument["evaluate"] = (body, argument) =>
    frame.evaluate(body as never, argument as never);
  return {
    url: frame.url(),
    evaluate,
    until: async (condition, argument, timeoutMs) => {
      if (typeof condition === "string") return untilExpression({ evaluate }, condition, timeoutMs);
      await frame.waitForFunction(condition as never, argument as never, { timeout: timeoutMs, polling: 50 });
    },
  };
}
