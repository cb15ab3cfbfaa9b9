// What the tests ask of any browser: a tab, and the few things that a person does with one. chromium.ts has it over Playwright's page,
// firefox.ts over Puppeteer's.

/** Something on the page as assistive technology names it. */
export interface Target {
  readonly role: string;
  /** The whole accessible name. */
  readonly name: string;
}

export interface Screen {
  readonly width: number;
  readonly height: number;
  readonly scale?: number;
  /** A finger instead of a mouse. */
  readonly touch?: boolean;
}

export const SCREENS = {
  desktop: { width: 1280, height: 800 },
  tablet: { width: 820, height: 1180, scale: 2, touch: true },
  phone: { width: 390, height: 844, scale: 2, touch: true },
} as const satisfies Record<string, Screen>;

/** A document: the page's own, or one in a frame. */
export interface TabDocument {
  readonly url: string;
  /** In the page; a string is an expression. */
  evaluate<Result, Argument = undefined>(
    body: string | ((argument: Argument) => Result | Promise<Result>),
    argument?: Argument,
  ): Promise<Result>;
  /** Until `condition` holds in the page; a string is an expression. Rejects after `timeoutMs`. */
  until<Argument>(
    condition: string | ((argument: Argument) => unknown),
    argument: Argument,
    timeoutMs: number,
  ): Promise<void>;
}

export interface Tab extends TabDocument {
  /** A script that runs in every document of this tab before its own. */
  beforeScripts(source: string): Promise<void>;
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  close(): Promise<void>;
  bringToFront(): Promise<void>;
  /** With the keyboard, into whatever has the focus. */
  type(text: string): Promise<void>;
  /** `Control+Shift+K`. */
  press(keys: string): Promise<void>;
  /** Waits for it, then clicks its middle. */
  click(target: Target, timeoutMs: number): Promise<void>;
  /** Until it is seen. */
  see(target: Target, timeoutMs: number): Promise<void>;
  /** Documents of the frames in the page, at any depth. */
  frames(): readonly TabDocument[];
  resize(screen: Screen): Promise<void>;
  /** A PNG of what is seen. */
  picture(path: string): Promise<void>;
}

export interface SessionOptions {
  readonly screen?: Screen;
  readonly colors?: "dark" | "light";
  /** A private window; Firefox only. */
  readonly private?: boolean;
  /** The profile's, as Firefox's about:config has them. */
  readonly preferences?: Readonly<Record<string, string | number | boolean>>;
}

export interface SessionEvents {
  readonly onRequest: (url: string) => void;
  /** An exception of a page, or an error on its console. */
  readonly onError: (text: string) => void;
}

/** Until an expression holds in `page`. Drivers would have the page itself evaluate the text, which its policy forbids. */
export async function untilExpression(
  page: Pick<TabDocument, "evaluate">,
  expression: string,
  timeoutMs: number,
): Promise<void> {
  for (const end = Date.now() + timeoutMs; ; ) {
    if (await page.evaluate<unknown>(`Boolean(${expression})`)) return;
    if (Date.now() > end) throw new Error(`Not after ${timeoutMs} ms: ${expression}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A browser with a profile of its own. */
export interface Session {
  readonly tab: Tab;
  newTab(): Promise<Tab>;
  /** Of all its processes together. */
  memoryBytes(): Promise<number>;
  close(): Promise<void>;
}
