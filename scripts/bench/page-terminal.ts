// The built page's seen terminal, where lines are entered and timed by the page's own clock until the next prompt is drawn into the
// terminal. The prompt sets the tab's title to the exit status and a number: cheap to watch while a million lines go by.

import type { Page } from "playwright-core";
import type { SlipwayApi } from "../../web/app/public-api.ts";

const SET_PROMPT = "PS1='\\[\\e]0;$?:\\#\\a\\]# '";
const PROMPT_TITLE = /^(\d+):\d+$/;
const LIMIT_MS = 180_000;

/** The page's own global, in functions that run in the page. */
type PageGlobal = { readonly slipway: SlipwayApi };

export interface PageRun {
  readonly ms: number;
  /** The longest time between two frames: while it lasts the page is frozen. */
  readonly longestFrameMs: number;
}

/** tsx wraps named functions in a helper of its own, which the page lacks; to be called before the page is opened. */
export async function allowFunctions(page: Page): Promise<void> {
  await page.addInitScript({ content: "globalThis.__name = (named) => named;" });
}

/** Until a prompt is seen; resolves with the time since the navigation began, in ms. */
export async function untilPrompt(page: Page): Promise<number> {
  const found = await page.waitForFunction(
    () =>
      /[#$]\s*$/.test((globalThis as unknown as PageGlobal).slipway?.activeTerminal?.text() ?? "") &&
      performance.now(),
    undefined,
    { timeout: LIMIT_MS, polling: "raf" },
  );
  return (await found.jsonValue()) as number;
}

export async function setPrompt(page: Page): Promise<void> {
  await runLine(page, SET_PROMPT);
}

/** Types the line, and times from Enter on. Rejects when its exit status is not 0. */
export async function runLine(page: Page, line: string): Promise<PageRun> {
  await page.evaluate(
    (text) => (globalThis as unknown as PageGlobal).slipway.activeTerminal!.type(text),
    line,
  );
  const { title, ...run } = await page.evaluate(enterAndWait, LIMIT_MS);
  const status = PROMPT_TITLE.exec(title)?.[1];
  if (status !== "0") throw new Error(`${line}: exit status ${status ?? title}`);
  return run;
}

async function enterAndWait(limitMs: number): Promise<PageRun & { readonly title: string }> {
  const { slipway } = globalThis as unknown as PageGlobal;
  const before = slipway.activeTerminal!.title;
  const start = performance.now();
  let lastFrame = start;
  let longestFrameMs = 0;
  let watching = true;
  const onFrame = () => {
    const now = performance.now();
    longestFrameMs = Math.max(longestFrameMs, now - lastFrame);
    lastFrame = now;
    if (watching) requestAnimationFrame(onFrame);
  };
  requestAnimationFrame(onFrame);
  slipway.activeTerminal!.type("\r");
  while (slipway.activeTerminal!.title === before) {
    if (performance.now() - start > limitMs) throw new Error("No prompt has come");
    await new Promise((wake) => setTimeout(wake, 4));
  }
  watching = false;
  return { ms: performance.now() - start, longestFrameMs, title: slipway.activeTerminal!.title };
}

/** Presses Ctrl-C while `line` runs; resolves with the time from the key to the next prompt, in ms. */
export async function interruptLine(page: Page, line: string, afterMs: number): Promise<number> {
  await page.evaluate(
    (text) => (globalThis as unknown as PageGlobal).slipway.activeTerminal!.type(text),
    `${line}\r`,
  );
  await page.waitForTimeout(afterMs);
  const answered = page.evaluate(waitForAnswer, LIMIT_MS);
  // The listener is there once the page has answered something asked later.
  await page.evaluate(() => undefined);
  await page.keyboard.press("Control+c");
  return answered;
}

async function waitForAnswer(limitMs: number): Promise<number> {
  const { slipway } = globalThis as unknown as PageGlobal;
  const before = slipway.activeTerminal!.title;
  let pressed = Number.POSITIVE_INFINITY;
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey && event.key === "c") pressed = event.timeStamp;
  };
  addEventListener("keydown", onKey as EventListener, { capture: true });
  const start = performance.now();
  while (slipway.activeTerminal!.title === before) {
    if (performance.now() - start > limitMs) throw new Error("Ctrl-C has not been answered");
    await new Promise((wake) => setTimeout(wake, 4));
  }
  removeEventListener("keydown", onKey as EventListener, { capture: true });
  return performance.now() - pressed;
}
