// What axe finds on a page: what assistive technology stumbles over, by the rules of WCAG 2.1 AA and good practice.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { TabDocument } from "./tab.ts";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

interface AxeGlobal {
  readonly axe?: {
    run(
      context: object,
      options: object,
    ): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>;
  };
}

/** A line for each thing found. The terminal's own rows are a picture of text; its reader's view is xterm's screen reader mode. */
export async function axeFindings(page: TabDocument): Promise<string[]> {
  const isThere = await page.evaluate(() => (globalThis as AxeGlobal).axe !== undefined);
  // From outside: the page's policy allows no script but its own.
  if (!isThere) await page.evaluate(`${await readFile(AXE, "utf8")};undefined`);
  return page.evaluate(async () => {
    const found = await (globalThis as AxeGlobal).axe!.run(
      { exclude: [".xterm-rows", ".xterm-screen"] },
      // Frames hold pages of containers.
      { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"], iframes: false },
    );
    return found.violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary.slice(0, 200)}`),
    );
  });
}
