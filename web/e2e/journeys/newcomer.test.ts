// A newcomer's first five minutes: from the launch to a shell, containers, a web server seen in the page, a system container, and a machine
// that is still there after a reload. The README's pictures are taken on the way (scripts/make-pictures.ts).

import { describe, expect, it } from "vitest";
import { builtSite } from "../site.ts";
import { useVisit } from "../use-visit.ts";
import { BROWSERS } from "../visit.ts";

/** A line of this many points. */
const SAMPLES = 16;

/** Whether every graph that is seen has a line. */
function graphsShow(samples: number): boolean {
  const lines = [...document.querySelectorAll(".graphs:not([hidden]) .spark-line")].map((line) =>
    (line.getAttribute("d") ?? "").split("L"),
  );
  return lines.length > 0 && lines.every((points) => points.length >= samples);
}

describe.each(BROWSERS)("a newcomer in %s", (browserName) => {
  const visit = useVisit(builtSite, browserName);

  it("is led from the launch to containers of all kinds", async () => {
    await visit.open({ colors: "light" });
    await visit.prompt();
    await visit.read("This is a whole Linux machine");
    await visit.read("kept in this browser");
    await visit.picture("newcomer-1-arrives");
    expect(await visit.axe()).toEqual([]);
    await visit.click("button", "Got it");

    // A suggestion is typed, and run by Enter.
    await visit.click("button", "Type docker run hello-world");
    await visit.press("Enter");
    await visit.waitForText(/Hello from[\s\S]*~# ?$/, 60_000);

    await visit.typeLine("clear");
    await visit.waitForText(/^root@slipway:~# ?$/);
    await visit.typeLine("docker run -it --rm busybox sh");
    await visit.waitForText(/\n\/ # ?$/, 60_000);
    await visit.typeLine("ps");
    await visit.waitForText(/^ *1 root .*sh$/m);
    await visit.typeLine("exit");
    await visit.waitForText(/exit\n[^\n]*~# ?$/);

    await visit.run("docker run -d --name web -p 8080:80 nginx");
    await visit.click("button", "Show a preview of port 8080, of container web");
    const page = await visit.preview(8080);
    await page.until("document.querySelector('h1')?.textContent === 'Welcome to nginx!'", undefined, 60_000);
    await visit.picture("newcomer-2-previews");
    expect(await visit.axe()).toEqual([]);
    await visit.click("button", "Close the preview");

    await visit.run("lxc-create -n box -t image -- debian && lxc-start box");
    expect(await visit.run("lxc-attach box -- hostname; lxc-ls -f")).toMatch(/^box$[\s\S]*^box +RUNNING/m);
    await visit.run(
      "docker run -d --name visitor --link web busybox sh -c 'while sleep 1; do wget -qO- web; done >/dev/null'",
    );
    await visit.click("button", "Containers");
    await visit.see("button", "Stop web");
    await visit.tab.until(graphsShow, SAMPLES, 120_000);
    await visit.picturesInBothColors("newcomer-3-looks-around");
    expect(await visit.axe()).toEqual([]);

    await visit.run("echo mine > note; sync");
    await visit.reload();
    await visit.prompt();
    expect(await visit.run("cat note; docker ps -a --format '{{.Names}}:{{.Image}}'; lxc-ls -1")).toMatch(
      /^mine$[\s\S]*^web:nginx$[\s\S]*^box$/m,
    );
  });
});
