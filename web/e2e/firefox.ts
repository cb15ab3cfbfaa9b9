// Debian's Firefox over Puppeteer, which speaks WebDriver BiDi to it.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import puppeteer, { type Browser, type Frame, type KeyInput, type Page } from "puppeteer-core";
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

const FIREFOX = process.env.FIREFOX ?? "/usr/bin/firefox-esr";
const LAUNCH_MS = 120_000;
/** `ui.*PointerCapabilities`: a finger, which hovers over nothing. */
const COARSE_POINTER = 1;

export class FirefoxSession implements Session {
  readonly tab: FirefoxTab;
  readonly #browser: Browser;
  readonly #events: SessionEvents;
  readonly #screen: Screen;
  readonly #profile: string;

  private constructor(
    browser: Browser,
    page: Page,
    { screen, profile }: { screen: Screen; profile: string },
    events: SessionEvents,
  ) {
    this.#browser = browser;
    this.#profile = profile;
    this.#events = events;
    this.#screen = screen;
    this.tab = this.#listen(page);
  }

  static async launch(options: SessionOptions, events: SessionEvents): Promise<FirefoxSession> {
    const { screen = SCREENS.desktop } = options;
    const profile = await mkdtemp(join(tmpdir(), "slipway-profile-"));
    const browser = await puppeteer.launch({
      userDataDir: profile,
      browser: "firefox",
      executablePath: FIREFOX,
      headless: true,
      timeout: LAUNCH_MS,
      protocolTimeout: LAUNCH_MS,
      extraPrefsFirefox: preferencesOf(options),
    });
    const page = (await browser.pages())[0] ?? (await browser.newPage());
    const session = new FirefoxSession(browser, page, { screen, profile }, events);
    await session.tab.resize(screen);
    return session;
  }

  async newTab(): Promise<FirefoxTab> {
    const tab = this.#listen(await this.#browser.newPage());
    await tab.resize(this.#screen);
    return tab;
  }

  memoryBytes(): Promise<number> {
    return processMemory(this.#profile);
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 3 });
  }

  #listen(page: Page): FirefoxTab {
    page.on("request", (request) => this.#events.onRequest(request.url()));
    page.on("pageerror", (error) =>
      this.#events.onError(error instanceof Error ? error.message : String(error)),
    );
    page.on("console", (entry) => {
      if (entry.type() === "error") this.#events.onError(entry.text());
    });
    return new FirefoxTab(page);
  }
}

class FirefoxTab implements Tab {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  get url(): string {
    return this.#page.url();
  }

  evaluate: TabDocument["evaluate"] = (body, argument) =>
    documentOf(this.#page.mainFrame()).evaluate(body, argument);
  until: TabDocument["until"] = (...args) => documentOf(this.#page.mainFrame()).until(...args);

  async beforeScripts(source: string): Promise<void> {
    await this.#page.evaluateOnNewDocument(source);
  }

  async goto(url: string): Promise<void> {
    await this.#page.goto(url);
  }

  async reload(): Promise<void> {
    await this.#page.reload();
  }

  close(): Promise<void> {
    return this.#page.close();
  }

  bringToFront(): Promise<void> {
    return this.#page.bringToFront();
  }

  type(text: string): Promise<void> {
    return this.#page.keyboard.type(text);
  }

  async press(keys: string): Promise<void> {
    const names = keys.split("+") as KeyInput[];
    const last = names.pop()!;
    for (const name of names) await this.#page.keyboard.down(name);
    await this.#page.keyboard.press(last);
    for (const name of names.reverse()) await this.#page.keyboard.up(name);
  }

  async click(target: Target, timeoutMs: number): Promise<void> {
    await this.#page.locator(selectorOf(target)).setTimeout(timeoutMs).click();
  }

  async see(target: Target, timeoutMs: number): Promise<void> {
    await this.#page.locator(selectorOf(target)).setTimeout(timeoutMs).wait();
  }

  frames(): readonly TabDocument[] {
    return this.#page.frames().map((frame) => documentOf(frame));
  }

  resize({ width, height, scale = 1 }: Screen): Promise<void> {
    return this.#page.setViewport({ width, height, deviceScaleFactor: scale });
  }

  async picture(path: string): Promise<void> {
    await this.#page.screenshot({ path: path as `${string}.png` });
  }
}

function preferencesOf({
  screen,
  colors,
  private: isPrivate,
  preferences,
}: SessionOptions): Record<string, unknown> {
  const { touch = false }: Screen = screen ?? SCREENS.desktop;
  return {
    ...(colors && { "layout.css.prefers-color-scheme.content-override": colors === "dark" ? 0 : 1 }),
    ...(touch && {
      "dom.w3c_touch_events.enabled": 1,
      "ui.primaryPointerCapabilities": COARSE_POINTER,
      "ui.allPointerCapabilities": COARSE_POINTER,
    }),
    ...(isPrivate && { "browser.privatebrowsing.autostart": true }),
    ...preferences,
  };
}

/** Puppeteer's own form: the accessible name, then the role. */
function selectorOf({ role, name }: Target): string {
  return `aria/${name}[role="${role}"]`;
}

function documentOf(frame: Frame): TabDocument {
  const evaluate: TabDocument["evaluate"] = (body, argument) =>
    frame.evaluate(body as never, argument as never);
  return {
    url: frame.url(),
    evaluate,
    until: async (condition, argument, timeoutMs) => {
      if (typeof condition === "string") return untilExpression({ evaluate }, condition, timeoutMs);
      await frame.waitForFunction(condition as never, { timeout: timeoutMs, polling: 50 }, argument as never);
    },
  };
}
