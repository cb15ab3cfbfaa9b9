// A visit in Chromium with Playwright's own page at hand, for tests that need more of the browser than any browser has.

import type { Page } from "playwright-core";
import { type ChromiumOptions, ChromiumSession, type ChromiumTab } from "./chromium.ts";
import type { SessionEvents } from "./tab.ts";
import { Visit, type VisitOptions } from "./visit.ts";

export interface OpenOptions extends VisitOptions, ChromiumOptions {
  /** Before the page is opened. */
  readonly prepare?: (page: Page) => Promise<unknown>;
}

export class SlipwayBrowser extends Visit<OpenOptions> {
  readonly #tabs = new Map<Page, ChromiumTab>();

  constructor(site: () => Promise<string>) {
    super(site, "chromium");
  }

  /** Opens the site in `folder`, as `npm run build` leaves it. */
  static async open(folder: string, options: OpenOptions = {}): Promise<SlipwayBrowser> {
    const browser = new SlipwayBrowser(async () => folder);
    await browser.open(options);
    return browser;
  }

  /** The tab that is looked at. */
  get page(): Page {
    return (this.tab as ChromiumTab).page;
  }

  override open(options: OpenOptions = {}): Promise<void> {
    const { prepare, before } = options;
    return super.open({
      ...options,
      before: async (tab) => {
        await before?.(tab);
        await prepare?.((tab as ChromiumTab).page);
      },
    });
  }

  /** Opens the site in another tab and looks at it. */
  async newTab(path = ""): Promise<Page> {
    this.#tabs.set(this.page, this.tab as ChromiumTab);
    const tab = (await this.openTab(path)) as ChromiumTab;
    this.#tabs.set(tab.page, tab);
    return tab.page;
  }

  async lookAt(page: Page): Promise<Page> {
    await this.lookAtTab(this.#tabs.get(page)!);
    return page;
  }

  protected override launch(options: OpenOptions, events: SessionEvents): Promise<ChromiumSession> {
    return ChromiumSession.launch(options, events);
  }
}
