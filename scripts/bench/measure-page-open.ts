// The built page from its address to a prompt: what a first visit fetches, and how long another takes.

import type { Page, Request } from "playwright-core";
import { type Measurement, median } from "./measurement.ts";
import { untilPrompt } from "./page-terminal.ts";

const VISITS = 3;

/**
 * Counts what the page and its worker fetch, headers included, from now on; for a first visit, as what comes from the cache
 * counts as well.
 */
export function countFetchedBytes(page: Page): () => Promise<number> {
  const sizes: Promise<number>[] = [];
  page.on("requestfinished", (request) => {
    if (request.url().startsWith("http")) sizes.push(fetchedBytes(request));
  });
  return async () => (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

async function fetchedBytes(request: Request): Promise<number> {
  const { responseBodySize, responseHeadersSize } = await request.sizes();
  // Chromium reports no body for a worker's own script.
  const announced = Number((await request.response())?.headers()["content-length"] ?? 0);
  return responseHeadersSize + Math.max(responseBodySize, announced);
}

/** `lean`: the kernel that is in the page. */
export async function measureFirstVisit(
  page: Page,
  fetchedBytes: () => Promise<number>,
  lean: boolean,
): Promise<Measurement[]> {
  await untilPrompt(page);
  return [
    {
      what: "bytes fetched, first visit, until the prompt",
      where: "Chromium",
      value: (await fetchedBytes()) / 1e6,
      unit: "MB",
      target: { bound: "at most", value: lean ? 8 : 12 },
    },
  ];
}

/** Once the first visit has filled the cache. */
export async function measureLaterVisits(page: Page, url: string): Promise<Measurement[]> {
  const times: number[] = [];
  for (let visit = 0; visit < VISITS; visit++) {
    await page.goto("about:blank");
    await page.goto(url);
    times.push((await untilPrompt(page)) / 1000);
  }
  return [
    {
      what: "page open to prompt, warm HTTP cache",
      where: "Chromium",
      value: median(times),
      unit: "s",
      target: { bound: "at most", value: 2.5 },
    },
  ];
}
