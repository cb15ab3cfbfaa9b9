// Everything that is measured in the built page, in Chromium with a fresh profile.

import { SlipwayBrowser } from "../../web/e2e/browser.ts";
import { measurePageDocker } from "./measure-page-docker.ts";
import { measurePageIdle } from "./measure-page-idle.ts";
import { countFetchedBytes, measureFirstVisit, measureLaterVisits } from "./measure-page-open.ts";
import { measurePageTerminal } from "./measure-page-terminal.ts";
import { allowFunctions, setPrompt } from "./page-terminal.ts";
import type { RunPart } from "./run-part.ts";

/** `site`: a folder that `npm run build` made; `lean`: the kernel in it. */
export async function measurePage(part: RunPart, site: string, lean: boolean): Promise<void> {
  let fetchedBytes: () => Promise<number> = () => Promise.resolve(0);
  const browser = await SlipwayBrowser.open(site, {
    prepare: async (page) => {
      await allowFunctions(page);
      fetchedBytes = countFetchedBytes(page);
    },
  });
  const { page, url } = browser;
  try {
    await part("first visit", () => measureFirstVisit(page, fetchedBytes, lean));
    await part("later visits", () => measureLaterVisits(page, url));
    await part("idle page", () => measurePageIdle());
    await setPrompt(page);
    await part("docker in the page", () => measurePageDocker(page));
    await part("terminal in the page", () => measurePageTerminal(page));
  } finally {
    await browser.close();
  }
}
