// The panels against the real machine: what is done in a terminal shows in them, and what they do happens in the machine.

import { readFile } from "node:fs/promises";
import type { Locator } from "playwright-core";
import { describe, expect, it } from "vitest";
import type { OpenOptions } from "./browser.ts";
import { builtSite } from "./site.ts";
import { SCREENS } from "./tab.ts";
import { useBrowser } from "./use-visit.ts";

const browser = useBrowser(builtSite);

async function openShell(options: OpenOptions = {}): Promise<void> {
  await browser.openShell(options);
  await button("Got it").click();
}

const button = (name: string | RegExp): Locator => browser.page.getByRole("button", { name, exact: true });
const dock = () => browser.page.locator("slipway-dock");
const row = (name: string) =>
  dock()
    .getByRole("listitem")
    .filter({ has: browser.page.getByText(name, { exact: true }) });

async function openPanel(name: string): Promise<void> {
  await browser.page.locator("slipway-rail").getByRole("button", { name, exact: true }).click();
  await dock().getByRole("heading", { name, exact: true, level: 2 }).waitFor();
  await expect.poll(() => dock().locator(".panel").count()).toBe(1);
}

const trail = () => browser.page.locator("slipway-trail code").textContent();

describe("containers", () => {
  it("appear, live, and leave as the engine says", async () => {
    await openShell();
    await openPanel("Containers");
    await dock().getByText("No containers yet").waitFor();
    await browser.run("docker run -d --name web -p 8080:80 nginx");
    await row("web").getByText("8080 → 80").waitFor();
    await row("web")
      .getByText(/^[\d.]+ [KM]B$/)
      .waitFor();
    await expect
      .poll(() => row("web").locator(".spark-line").first().getAttribute("d"), { timeout: 30_000 })
      .toMatch(/L/);
    await browser.picture("panel-containers");
    await row("web").getByRole("button", { name: "Stop web" }).click();
    expect(await trail()).toBe("docker stop web");
    await row("web")
      .getByText(/^Exited/)
      .waitFor();
    await row("web").getByRole("button", { name: "Remove web" }).click();
    await row("web").getByRole("button", { name: "Remove?" }).click();
    expect(await trail()).toBe("docker rm web");
    await dock().getByText("No containers yet").waitFor();
    await browser.run('test -z "$(docker ps -aq)" && echo nothing-left');
    await browser.waitForText(/^nothing-left$/m);
  });

  it("show logs, facts and processes, and give a shell in a terminal", async () => {
    await openShell();
    await browser.run(
      "docker run -d --name talk busybox sh -c 'while :; do echo tick; echo tock >&2; sleep 1; done'",
    );
    await openPanel("Containers");
    await button("talk").click();
    const log = dock().getByRole("log");
    await log.getByText("tick").first().waitFor();
    await expect.poll(() => log.locator(".stderr").first().textContent()).toContain("tock");
    await dock().getByRole("tab", { name: "Inspect" }).click();
    await dock().getByText("Restart policy").waitFor();
    expect(await trail()).toBe("docker inspect talk");
    await dock().getByRole("tab", { name: "Processes" }).click();
    await dock().getByRole("columnheader", { name: "PID", exact: true }).waitFor();
    await browser.picture("panel-container");
    await dock().getByRole("button", { name: "Open a shell in talk" }).click();
    await browser.waitForText(/\n\/ # ?$/, 60_000);
    await browser.typeLine("hostname; echo in-$((40+2))");
    await browser.waitForText(/^in-42$/m);
    await dock().getByRole("button", { name: "Back" }).click();
    await row("talk").waitFor();
  });

  it("show what takes long, and cancel it", async () => {
    await openShell();
    // Process 1 of a container ignores TERM, so that a stop takes ten seconds.
    await browser.run("docker run -d --name deaf busybox sleep 1000");
    await openPanel("Containers");
    await row("deaf").getByRole("button", { name: "Stop deaf" }).click();
    await dock().getByRole("progressbar", { name: "Stop deaf" }).waitFor();
    await browser.picture("panel-task");
    await button("Cancel").click();
    await expect.poll(() => dock().getByRole("progressbar").count()).toBe(0);
    expect(await dock().getByRole("alert").count()).toBe(0);
  });

  it("tell what failed, and what to do", async () => {
    await openShell();
    await browser.run("docker run -d --name one -p 8080:80 nginx");
    await browser.run("docker create --name two -p 8080:80 nginx");
    await openPanel("Containers");
    await row("two").getByRole("button", { name: "Start two" }).click();
    const alert = dock().getByRole("alert");
    await alert
      .getByText(/port is already allocated/)
      .first()
      .waitFor();
    await alert.getByText("Another container has this port.").waitFor();
    await alert.getByText("What the engine reported").click();
    await alert.getByText("HTTP 500").waitFor();
    await button("Dismiss").click();
    await expect.poll(() => alert.count()).toBe(0);
  });
});

describe("images", () => {
  it("are pulled, drawn as layers, run and removed", async () => {
    await openShell();
    await openPanel("Images");
    await dock().getByLabel("Image to pull").fill("nginx");
    await browser.page.keyboard.press("Enter");
    await button("nginx").click();
    await expect
      .poll(() => dock().locator(".layer-size").allTextContents())
      .toContainEqual(expect.stringMatching(/^\+ \d/));
    expect(await dock().getByLabel("Command line to run").inputValue()).toBe(
      "docker run -d -p 8080:80 nginx",
    );
    await browser.picture("panel-images");
    await dock().getByLabel("Command line to run").fill("docker run --rm nginx echo from-the-panel");
    await browser.page.keyboard.press("Enter");
    await browser.waitForText(/^from-the-panel\n[^\n]*~# ?$/m, 60_000);
    await button("Remove nginx").click();
    await button("Remove?").click();
    await dock().getByText("No images yet").waitFor();
  });

  it("that do not exist are refused with advice", async () => {
    await openShell();
    await openPanel("Images");
    await dock().getByLabel("Image to pull").fill("nowhere-at-all");
    await browser.page.keyboard.press("Enter");
    await dock().getByRole("alert").getByText("Check the spelling", { exact: false }).waitFor();
  });

  it("that cannot be read are refused", async () => {
    await openShell();
    await openPanel("Images");
    await dock()
      .locator('input[type="file"]')
      .setInputFiles({ name: "broken.tar", mimeType: "application/x-tar", buffer: Buffer.from("not a tar") });
    await dock().getByRole("alert").getByText("Loading broken.tar", { exact: false }).waitFor();
    expect(await trail()).toBe("docker load -i broken.tar");
  });
});

describe("the Engine API in the page", () => {
  it("answers fetch, streams bodies both ways, and ends with its AbortSignal", async () => {
    await openShell();
    const seen = await browser.page.evaluate(async () => {
      const { docker } = (globalThis as unknown as { slipway: { docker: { fetch: typeof fetch } } }).slipway;
      const version = (await (await docker.fetch("/version")).json()) as { Os: string };
      const json = { "Content-Type": "application/json" };
      const body = JSON.stringify({ Name: "from-the-page" });
      const created = await docker.fetch("/volumes/create", { method: "POST", headers: json, body });
      const missing = await docker.fetch("/containers/nobody/json");
      const end = new AbortController();
      const events = await docker.fetch("/events?since=1", { signal: end.signal });
      const reader = events.body!.getReader();
      const { value } = await reader.read();
      const waiting = reader.read().then(
        () => "more",
        () => "ended",
      );
      end.abort();
      return {
        os: version.Os,
        created: created.status,
        missing: [missing.status, ((await missing.json()) as { message: string }).message],
        event: new TextDecoder().decode(value),
        afterAbort: await waiting,
      };
    });
    expect(seen).toMatchObject({
      os: "linux",
      created: 201,
      missing: [404, "No such container: nobody"],
      afterAbort: "ended",
    });
    expect(seen.event).toContain('"Action":"create"');
    await browser.run("docker volume ls -q");
    await browser.waitForText(/^from-the-page$/m);
  });
});

describe("volumes and networks", () => {
  it("show who uses a volume", async () => {
    await openShell();
    await openPanel("Volumes");
    await dock().getByLabel("Name of a new volume").fill("data");
    await browser.page.keyboard.press("Enter");
    await dock().getByText("No container uses it.").waitFor();
    await browser.run("docker run -d --name store -v data:/srv busybox sleep 1000");
    await dock().getByText("at /srv").waitFor();
    await browser.picture("panel-volumes");
    await button("Remove data").click();
    await button("Remove?").click();
    await dock()
      .getByRole("alert")
      .getByText("Remove the containers that use the volume first.", { exact: false })
      .waitFor();
  });

  it("draw the networks and connect containers", async () => {
    await openShell();
    await openPanel("Networks");
    await dock().getByLabel("Name of a new network").fill("back");
    await browser.page.keyboard.press("Enter");
    await dock().getByRole("listitem").filter({ hasText: "back" }).first().waitFor();
    await browser.run("docker create --name app busybox sleep 1000");
    await dock().getByLabel("Connect a container to back").selectOption("app");
    await button("Disconnect app from back").waitFor();
    await expect.poll(() => dock().locator(".net-box .net-member").allTextContents()).toEqual(["app", "app"]);
    await browser.picture("panel-networks");
    await button("Disconnect app from back").click();
    await expect.poll(() => dock().locator(".net-box").count()).toBe(1);
  });
});

describe("files", () => {
  it("are browsed, edited and uploaded in a running container", async () => {
    await openShell();
    await browser.run(
      "docker run -d --name box busybox sh -c 'mkdir /work; echo before > /work/note.txt; sleep 1000'",
    );
    await browser.run("until docker exec box test -s /work/note.txt; do :; done");
    await openPanel("Files");
    await button("work").click();
    await button("note.txt").click();
    const text = dock().getByLabel("Text of note.txt");
    expect(await text.inputValue()).toBe("before\n");
    await text.fill("after, in the panel\n");
    await button("Save").click();
    await dock().getByText("saved", { exact: true }).waitFor();
    await browser.picture("panel-files");
    await browser.run("docker exec box cat /work/note.txt");
    await browser.waitForText(/^after, in the panel$/m);
    await dock().locator(".file-browser").getByRole("button", { name: "Files", exact: true }).click();
    await dock()
      .locator('input[type="file"]')
      .setInputFiles({ name: "up.txt", mimeType: "text/plain", buffer: Buffer.from("uploaded\n") });
    await button("up.txt").waitFor();
    await browser.run("docker exec box cat /work/up.txt");
    await browser.waitForText(/^uploaded$/m);
    const download = browser.page.waitForEvent("download");
    await button("Download up.txt").click();
    expect(await readFile(await (await download).path(), "utf8")).toBe("uploaded\n");
  });

  it("of a volume that nothing uses leave no helper behind", async () => {
    await openShell();
    await browser.run("docker run --rm -v kept:/data busybox sh -c 'echo 1 > /data/one'");
    await openPanel("Volumes");
    await button("Files of kept").click();
    await button("one").waitFor();
    await openPanel("Events");
    await browser.run('until [ -z "$(docker ps -aq)" ]; do :; done');
    // As a page leaves it that is closed in the middle.
    await browser.run("docker create --label slipway.files=kept -v kept:/volume busybox true");
    await openPanel("Files");
    await button("one").waitFor();
    await openPanel("Events");
    await browser.run('until [ -z "$(docker ps -aq)" ]; do :; done');
  });
});

describe("events", () => {
  it("are told as they happen", async () => {
    await openShell();
    await openPanel("Events");
    await dock().getByText("Nothing has happened yet").waitFor();
    await browser.run("docker run --name once busybox true");
    await dock().getByText("die", { exact: true }).waitFor();
    await dock().getByText("exit code 0", { exact: false }).waitFor();
    await dock().getByLabel("Which events").selectOption("image");
    await expect.poll(() => dock().locator(".event-type").allTextContents()).toEqual(["image"]);
  });
});

describe("system containers", () => {
  it("appear when a terminal makes one, and obey", async () => {
    await openShell();
    await openPanel("System containers");
    await dock().getByText("No system containers yet").waitFor();
    await browser.run("lxc-create -n box -t image -- busybox >/dev/null 2>&1");
    await row("box").getByRole("button", { name: "Start box" }).click();
    await row("box").getByText("running").waitFor({ timeout: 60_000 });
    await row("box")
      .getByText(/^[\d.]+ [KM]B$/)
      .waitFor();
    await browser.picture("panel-lxc");
    await browser.run("lxc-stop -n box -k");
    await row("box").getByText("stopped").waitFor();
    await row("box").getByRole("button", { name: "Start box" }).click();
    await row("box").getByText("running").waitFor({ timeout: 60_000 });
    await browser.run("lxc-attach -n box -- poweroff");
    await row("box").getByText("stopped").waitFor({ timeout: 60_000 });
    await row("box").getByRole("button", { name: "Destroy box" }).click();
    await row("box").getByRole("button", { name: "Remove?" }).click();
    await dock().getByText("No system containers yet").waitFor({ timeout: 60_000 });
  });

  it("come, change and go while a command of the terminal still runs", async () => {
    await openShell();
    await openPanel("System containers");
    await dock().getByText("No system containers yet").waitFor();
    const steps = [
      "lxc-create -n box -t image -- busybox",
      "read go; lxc-start -n box",
      "read go; lxc-freeze -n box",
      "read go; lxc-unfreeze -n box; lxc-stop -k -n box",
      "read go; lxc-destroy -n box; sleep 1000",
    ];
    const type = (text: string) =>
      browser.page.evaluate((keys) => globalThis.window.slipway?.activeTerminal?.type(keys), text);
    await type(`${steps.join("; ")}\r`);
    for (const state of ["stopped", "running", "frozen", "stopped"]) {
      await row("box").getByText(state, { exact: true }).waitFor({ timeout: 60_000 });
      await type("\r");
    }
    await dock().getByText("No system containers yet").waitFor({ timeout: 60_000 });
  });
});

describe("the machine", () => {
  it("is shown as it is: a kernel, and containers in namespaces of their own", async () => {
    await openShell();
    await browser.run("docker run -d --name web nginx");
    await browser.run("readlink /proc/$(docker inspect -f '{{.State.Pid}}' web)/ns/pid");
    const inode = /pid:\[(\d+)\]/.exec(await browser.text())?.[1] ?? "none";
    await openPanel("The machine");
    const table = dock().locator(".namespaces");
    await table.getByRole("columnheader", { name: "web" }).waitFor();
    await table.locator("td.own").getByText(inode, { exact: true }).waitFor();
    await expect
      .poll(() => table.locator("tr").filter({ hasText: "users" }).locator("td.shared").count())
      .toBe(1);
    await browser.picture("panel-machine");
    await browser.run("docker rm -f web");
    await dock().getByText("No container runs.", { exact: false }).first().waitFor();
  });
});

describe("the palette", () => {
  it("finds what can be done, and leaves Ctrl+K to the shell", async () => {
    await openShell();
    await browser.run("docker create --name job busybox true");
    await browser.page.keyboard.type("echo keep; echo cut");
    for (let step = 0; step < 10; step++) await browser.page.keyboard.press("ArrowLeft");
    await browser.page.keyboard.press("Control+k");
    await browser.page.keyboard.press("Enter");
    await browser.waitForText(/^keep$/m);
    expect(await browser.text()).not.toMatch(/^cut$/m);
    await browser.page.keyboard.press("Control+Shift+K");
    await browser.page.getByRole("option", { name: "Start job" }).waitFor();
    await browser.page.keyboard.type("panel images");
    await browser.picture("palette");
    await browser.page.keyboard.press("Enter");
    // The focus follows once the panel's code is there; until then Ctrl+K is the shell's.
    await expect
      .poll(() => browser.page.evaluate("document.activeElement?.closest('slipway-dock') != null"), {
        timeout: 30_000,
      })
      .toBe(true);
    await dock().getByRole("heading", { name: "Images", exact: true }).waitFor();
    await browser.page.keyboard.press("Control+k");
    await browser.page.getByRole("combobox", { name: "Find a command" }).waitFor();
    await browser.page.keyboard.press("Escape");
  });
});

describe("a phone", () => {
  it("has the panels as a sheet", async () => {
    await openShell({ screen: SCREENS.phone });
    await browser.page.getByRole("button", { name: "Panels" }).tap();
    await dock().getByText("No containers yet").waitFor();
    await browser.picture("panel-phone");
    expect(await browser.page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390);
    await button("Close the panel").tap();
    await browser.page.locator("#stage").waitFor();
  });
});

describe("axe", () => {
  for (const colorScheme of ["dark", "light"] as const) {
    it(`finds nothing in ${colorScheme} colours, whatever is open`, async () => {
      await openShell({ context: { colorScheme } });
      await browser.run(
        "docker network create back; docker run -d --name web -p 8080:80 --network back -v data:/srv nginx; docker create --name idle busybox true; lxc-create -n box -t image -- busybox",
      );
      expect(await browser.axe()).toEqual([]);
      for (const [panel, ready] of [
        ["Containers", "8080 → 80"],
        ["System containers", "stopped"],
        ["Images", "used by 1 container"],
        ["Volumes", "at /srv"],
        ["Networks", "internal"],
        ["Files", "etc"],
        ["Events", "connect"],
        ["The machine", "users"],
      ] as const) {
        await openPanel(panel);
        if (panel === "Networks") await button("Disconnect web from back").waitFor();
        else if (panel === "Files") await button("etc").waitFor();
        else await dock().getByText(ready, { exact: true }).first().waitFor();
        expect.soft(await browser.axe(), panel).toEqual([]);
      }
      await openPanel("Containers");
      await button("web").click();
      await dock().getByRole("tab", { name: "Inspect" }).click();
      await dock().getByText("Restart policy").waitFor();
      expect.soft(await browser.axe(), "a container").toEqual([]);
      await browser.page.keyboard.press("Control+Shift+K");
      await browser.page.getByRole("option", { name: "Stop web" }).waitFor();
      expect(await browser.axe(), "the palette").toEqual([]);
    });
  }
});
