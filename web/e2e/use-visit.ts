// What every test file of the page needs around its tests: a browser that is closed after each, with nothing left to complain about.

import { afterAll, afterEach, expect } from "vitest";
import { SlipwayBrowser } from "./browser.ts";
import { type BrowserName, PICTURES, Visit } from "./visit.ts";

export interface VisitRules {
  /** What the console may say, because the test is about it. */
  readonly expectedErrors?: RegExp;
  /** Addresses of others that the test itself asks. */
  readonly foreign?: RegExp;
}

/** A visit for each test of the file or block, in the browser of that name. */
export function useVisit(site: () => Promise<string>, browserName: BrowserName, rules?: VisitRules): Visit {
  return closedAfterEach(new Visit(site, browserName), rules);
}

/** The same in Chromium, with Playwright's page. */
export function useBrowser(site: () => Promise<string>, rules?: VisitRules): SlipwayBrowser {
  return closedAfterEach(new SlipwayBrowser(site), rules);
}

function closedAfterEach<Visitor extends Visit>(
  visit: Visitor,
  { expectedErrors, foreign }: VisitRules = {},
): Visitor {
  afterEach(async ({ task }) => {
    if (!visit.isOpen) return;
    if (task.result?.state === "fail")
      await visit.picture(`failed-${task.name.replace(/\W+/g, "-")}`).catch(() => {});
    await visit.close();
    expect(visit.errors.filter((text) => !expectedErrors?.test(text))).toEqual([]);
    expect(visit.foreignRequests.filter((address) => !foreign?.test(address))).toEqual([]);
  });
  afterAll(() => console.log(`Pictures are in ${PICTURES}/${visit.browserName}/`));
  return visit;
}
