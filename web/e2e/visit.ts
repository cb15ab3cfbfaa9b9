// A visit to the page as a story tells it: opens the site in a browser, types into terminals, looks, and takes pictures. What a terminal shows
// is read through `window.slipway`, which the page offers on purpose.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { SlipwayApi } from "../app/public-api.ts";
import { axeFindings } from "./axe.ts";
import { ChromiumSession } from "./chromium.ts";
import { FirefoxSession } from "./firefox.ts";
import { type StaticServer, serveFolder } from "./static-server.ts";
import type { Session, SessionEvents, SessionOptions, Tab, TabDocument } from "./tab.ts";

export type BrowserName = "chromium" | "firefox";

/** Those that journeys are made in; SLIPWAY_BROWSERS names fewer. */
export const BROWSERS = (process.env.SLIPWAY_BROWSERS ?? "chromium,firefox").split(",") as BrowserName[];

/** Where pictures of the page go, in a folder for each browser. */
export const PICTURES = process.env.SLIPWAY_PICTURES ?? ".cache/pictures";

/** The last line is a prompt, of the machine or of a container. */
export const PROMPT = /(^|\n)[^\n]*[#$]\s*$/;

const LOOK_MS = 60_000;

/** The page's own global, in functions that run in the page. */
type PageGlobal = {
  readonly slipway?: SlipwayApi;
  readonly document: { readonly body: { readonly innerText: string } };
};

export interface VisitOptions extends SessionOptions {
  /** What follows the address: `?fake=hold`. */
  readonly query?: string;
  /** Another folder to serve. */
  readonly folder?: string;
  /** Another web server than our own; the visit closes it. */
  readonly server?: StaticServer;
  /** Before the page is opened. */
  readonly before?: (tab: Tab) => Promise<unknown>;
}

export class Visit<Options extends VisitOptions = VisitOptions> {
  readonly browserName: BrowserName;
  /** Addresses that were asked of anyone but our own server. */
  readonly foreignRequests: string[] = [];
  /** Exceptions of the page, and errors on its console. */
  readonly errors: string[] = [];
  readonly #site: () => Promise<string>;
  #session: Session | undefined;
  #server: StaticServer | undefined;
  #tab: Tab | undefined;

  /** `site`: the folder to serve. */
  constructor(site: () => Promise<string>, browserName: BrowserName) {
    this.#site = site;
    this.browserName = browserName;
  }

  get isOpen(): boolean {
    return this.#session !== undefined;
  }

  /** The tab that is looked at; another one with `newTab()` and `lookAt()`. */
  get tab(): Tab {
    if (this.#tab === undefined) throw new Error("The browser is not open");
    return this.#tab;
  }

  /** With a slash at its end. */
  get url(): string {
    return this.#server!.url;
  }

  async open(options: Options = {} as Options): Promise<void> {
    this.errors.length = 0;
    this.foreignRequests.length = 0;
    this.#server = options.server ?? (await serveFolder(options.folder ?? (await this.#site())));
    this.#session = await this.launch(options, {
      onError: (text) => this.errors.push(text),
      onRequest: (address) => {
        if (!isOwn(address, this.url)) this.foreignRequests.push(address);
      },
    });
    this.#tab = this.#session.tab;
    await options.before?.(this.tab);
    await this.tab.goto(this.url + (options.query ?? ""));
  }

  /** Opens the page and waits for its first prompt. */
  async openShell(options: Options = {} as Options): Promise<void> {
    await this.open(options);
    await this.prompt();
  }

  async close(): Promise<void> {
    await this.#session?.close();
    await this.#server?.close();
    this.#session = undefined;
    this.#server = undefined;
    this.#tab = undefined;
  }

  /** What the server has from now on: another folder, or nothing at all, as without a network. */
  serve(folder: string | undefined): void {
    this.#server!.serve(folder);
  }

  /** Opens the site in another tab and looks at it. */
  async openTab(path = ""): Promise<Tab> {
    const tab = await this.#session!.newTab();
    await tab.goto(this.url + path);
    return this.lookAtTab(tab);
  }

  async lookAtTab(tab: Tab): Promise<Tab> {
    this.#tab = tab;
    await tab.bringToFront();
    return tab;
  }

  /** What its server sends from now on: so many bytes a second; undefined: as fast as it can. */
  slowDown(bytesPerSecond: number | undefined): void {
    this.#server!.slowDown(bytesPerSecond);
  }

  get server(): StaticServer {
    return this.#server!;
  }

  async reload(): Promise<void> {
    await this.tab.reload();
  }

  /** Until the machine runs and the seen terminal has a shell. */
  async waitForShell(timeoutMs = 60_000): Promise<void> {
    await this.tab.until(
      () => (globalThis as unknown as PageGlobal).slipway?.activeTerminal?.connected === true,
      undefined,
      timeoutMs,
    );
  }

  /** Until the seen terminal has a shell that waits for a line. */
  async prompt(timeoutMs = 60_000): Promise<void> {
    await this.waitForShell(timeoutMs);
    await this.waitForText(PROMPT, timeoutMs);
  }

  /** With the keyboard, into whatever has the focus. */
  async typeLine(text: string): Promise<void> {
    await this.#fitted();
    await this.tab.type(text);
    await this.tab.press("Enter");
  }

  /** Types a line into the machine's shell and waits for the next prompt; resolves with what the line printed. */
  async run(line: string, timeoutMs = 120_000): Promise<string> {
    await this.#fitted();
    const before = (await this.text()).length;
    await this.tab.evaluate(
      (text) => (globalThis as unknown as PageGlobal).slipway!.activeTerminal!.type(text),
      `${line}\r`,
    );
    const ended = `# ${escaped(line)} *\\n([\\s\\S]*\\n)?root@slipway:[^\\n]*# ?$`;
    const text = await this.waitForText(new RegExp(ended), timeoutMs, Math.max(0, before - 2));
    return text.slice(text.indexOf("\n", text.lastIndexOf(`# ${line}`)) + 1, text.lastIndexOf("\n") + 1);
  }

  /** Until the seen terminal, if there is one, has the size of its place: a shell draws a line anew whose terminal changes under it. */
  async #fitted(): Promise<void> {
    await this.tab.until(
      () => (globalThis as unknown as PageGlobal).slipway?.activeTerminal?.fitted !== false,
      undefined,
      LOOK_MS,
    );
  }

  /** What the seen terminal shows, scrollback included. */
  text(): Promise<string> {
    return this.tab.evaluate(
      () => (globalThis as unknown as PageGlobal).slipway?.activeTerminal?.text() ?? "",
    );
  }

  /** Until the seen terminal shows `pattern`, after so many characters; resolves with its whole text. A failure quotes the last lines. */
  async waitForText(pattern: RegExp | string, timeoutMs = 30_000, from = 0): Promise<string> {
    const source = typeof pattern === "string" ? escaped(pattern) : pattern.source;
    const flags = typeof pattern === "string" ? "" : pattern.flags;
    try {
      await this.tab.until(
        ([expression, options, start]) =>
          new RegExp(expression, options).test(
            (globalThis as unknown as PageGlobal).slipway?.activeTerminal?.text().slice(start) ?? "",
          ),
        [source, flags, from] as const,
        timeoutMs,
      );
    } catch (cause) {
      const last = (await this.text().catch(() => "(no page)")).split("\n").slice(-15).join("\n");
      throw new Error(`The terminal does not show ${pattern} after ${timeoutMs} ms:\n${last}`, { cause });
    }
    return this.text();
  }

  press(keys: string): Promise<void> {
    return this.tab.press(keys);
  }

  click(role: string, name: string, timeoutMs = LOOK_MS): Promise<void> {
    return this.tab.click({ role, name }, timeoutMs);
  }

  see(role: string, name: string, timeoutMs = LOOK_MS): Promise<void> {
    return this.tab.see({ role, name }, timeoutMs);
  }

  /** Until the page shows `text` somewhere outside of its terminals and frames. */
  async read(text: string, timeoutMs = LOOK_MS): Promise<void> {
    await this.tab.until(
      // biome-ignore lint/performance/useDomNodeTextContent: what is hidden does not count.
      (wanted) => (globalThis as unknown as PageGlobal).document.body.innerText.includes(wanted),
      text,
      timeoutMs,
    );
  }

  /** The page that the preview of `port` shows, once its address matches. */
  async preview(port: number, timeoutMs = LOOK_MS): Promise<TabDocument> {
    const address = new RegExp(`^http://p${port}[\\w-]*\\.localhost:\\d+/(?!slipway-preview)`);
    for (const end = Date.now() + timeoutMs; ; ) {
      const found = this.tab.frames().find(({ url }) => address.test(url));
      if (found !== undefined) return found;
      if (Date.now() > end) throw new Error(`There is no preview of port ${port} after ${timeoutMs} ms`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** What `axe` finds on the page, which should be nothing. */
  async axe(): Promise<string[]> {
    await this.#finishAnimations();
    return axeFindings(this.tab);
  }

  /** Both colours of the page, as NAME-light and NAME-dark; it stays in the one that it has. */
  async picturesInBothColors(name: string): Promise<void> {
    const there = await this.tab.evaluate<string>("document.documentElement.dataset.theme");
    const other = there === "dark" ? "light" : "dark";
    await this.picture(`${name}-${there}`);
    await this.#switchColors(other);
    await this.picture(`${name}-${other}`);
    await this.#switchColors(there);
  }

  /** Without the pointer, which would stay on the button. */
  async #switchColors(colors: string): Promise<void> {
    await this.tab.evaluate((label) => {
      document.querySelector<HTMLElement>(`button[aria-label="${label}"]`)!.click();
    }, `Switch to ${colors} colours`);
  }

  /** Into PICTURES/BROWSER/NAME.png. */
  async picture(name: string): Promise<void> {
    const folder = join(PICTURES, this.browserName);
    await mkdir(folder, { recursive: true });
    await this.#finishAnimations();
    await this.tab.picture(join(folder, `${name}.png`));
  }

  /** What fades or slides is where it ends; what goes on for ever goes on. */
  async #finishAnimations(): Promise<void> {
    await this.tab.evaluate(() => {
      const ending = () =>
        document
          .getAnimations()
          .filter(
            ({ effect, playState }) =>
              playState !== "finished" && effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY,
          );
      // What ends may begin another: a colour that is inherited fades after its parent's.
      for (let some = ending(); some.length > 0; some = ending()) for (const each of some) each.finish();
    });
  }

  memoryBytes(): Promise<number> {
    return this.#session!.memoryBytes();
  }

  protected launch(options: Options, events: SessionEvents): Promise<Session> {
    return this.browserName === "firefox"
      ? FirefoxSession.launch(options, events)
      : ChromiumSession.launch(options, events);
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** Of our server, under its own name or as the host of a preview. */
function isOwn(address: string, serverUrl: string): boolean {
  if (/^(data|blob|about):/.test(address) || address.startsWith(serverUrl)) return true;
  const { hostname, port } = new URL(address);
  return /^p\d+[\w-]*\.localhost$/.test(hostname) && port === new URL(serverUrl).port;
}
