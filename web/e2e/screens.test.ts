// The page on a desktop, a tablet and a phone: nothing reaches over the edge, everything can be reached, axe finds nothing.

import { describe, expect, it } from "vitest";
import { builtSite } from "./site.ts";
import { SCREENS } from "./tab.ts";
import { useVisit } from "./use-visit.ts";
import { BROWSERS } from "./visit.ts";

describe.each(BROWSERS)("in %s", (browserName) => {
  const visit = useVisit(builtSite, browserName);

  it.each(Object.entries(SCREENS))("on a %s", async (name, screen) => {
    await visit.openShell({ screen, colors: "dark" });
    const look = async (what: string) => {
      await visit.picture(`screen-${name}-${what}`);
      expect.soft(await visit.axe(), what).toEqual([]);
      expect(await visit.tab.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(
        screen.width,
      );
    };
    await look("tips");
    await visit.click("button", "Got it");
    await visit.run("docker run -d --name web -p 8080:80 nginx");
    await look("terminal");
    // The rail is only where there is room for it.
    await visit.click("button", screen.width > 860 ? "Containers" : "Panels");
    await visit.see("button", "Stop web");
    await look("panel");
    await visit.click("button", "Close the panel");
    await visit.click("button", "Show a preview of port 8080, of container web");
    const page = await visit.preview(8080);
    await page.until("document.querySelector('h1')?.textContent === 'Welcome to nginx!'", undefined, 60_000);
    await look("preview");
    await visit.click("button", "Close the preview");
    await visit.click("button", "Keys and settings");
    await visit.see("heading", "Keys and settings");
    await look("settings");
  });
});
