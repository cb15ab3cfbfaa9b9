// What this browser keeps: across reloads, crashes and closed tabs, with two tabs, and where storage is blocked or full.

import { describe, it } from "vitest";
import { builtSite } from "./site.ts";
import { useBrowser } from "./use-visit.ts";

const browser = useBrowser(builtSite);

const heading = (name: string) => browser.page.getByRole("heading", { name });
const button = (name: string) => browser.page.getByRole("button", { name });
const status = (text: string) => browser.page.locator(".status-storage", { hasText: text }).waitFor();

/** A file in /root and one in a stopped container, on the disk when it returns. */
async function leaveTraces(): Promise<void> {
  await browser.typeLine(
    "echo kept-in-root > note; docker run --name box busybox sh -c 'echo kept-in-box > /note'",
  );
  await browser.typeLine("sync; echo written=$?");
  await browser.waitForText(/^written=0$/m, 60_000);
}

async function findTraces(): Promise<void> {
  await browser.typeLine(
    "cat note; docker start -a box; docker cp box:/note - | tar xO; docker ps -a --format '{{.Names}}={{.Image}}'",
  );
  await browser.waitForText(/^kept-in-root$[\s\S]*^kept-in-box$[\s\S]*^box=busybox$/m, 60_000);
}

describe("what is kept", () => {
  it("survives a reload", async () => {
    await browser.openShell();
    await status("kept in this browser");
    await leaveTraces();
    await browser.reload();
    await browser.prompt();
    await findTraces();
  });

  it("survives a renderer that crashes", async () => {
    await browser.openShell();
    await leaveTraces();
    const old = browser.page;
    const crash = await old.context().newCDPSession(old);
    const gone = old.waitForEvent("crash");
    // Never answered: who would answer is gone.
    void crash.send("Page.crash").catch(() => {});
    await gone;
    await browser.newTab();
    await browser.prompt();
    await findTraces();
  });

  it("has what a program wrote a while ago when the tab is closed, without a word from it", async () => {
    await browser.openShell();
    await browser.typeLine("echo unsynced > note; echo done=$?");
    await browser.waitForText(/^done=0$/m);
    // Linux itself says when nothing is left in memory.
    await browser.typeLine(
      "while ! grep -q '^Dirty: *0 kB' /proc/meminfo; do sleep 0.2; done; sleep 2; echo clean=$?",
    );
    await browser.waitForText(/^clean=0$/m, 60_000);
    const old = browser.page;
    await browser.newTab("?second");
    await old.close();
    await browser.reload();
    await browser.prompt();
    await browser.typeLine("cat note");
    await browser.waitForText(/^unsynced$/m);
  });

  it("is forgotten on request", async () => {
    await browser.openShell();
    await leaveTraces();
    await browser.page.keyboard.press("Shift+F1");
    await browser.page.getByText(/ used, /).waitFor();
    await button("Forget everything …").click();
    await browser.picture("storage-forget");
    await button("Forget everything").last().click();
    await browser.page.waitForEvent("load");
    await browser.prompt();
    await browser.typeLine("ls note; docker ps -aq | wc -l");
    await browser.waitForText(/No such file[^\n]*\n0\n/);
  });
});

describe("two tabs", () => {
  it("are told apart; the second takes over what the first wrote", async () => {
    await browser.openShell();
    const first = browser.page;
    await browser.typeLine("echo from-the-first > note; echo done=$?");
    await browser.waitForText(/^done=0$/m);
    const second = await browser.newTab();
    await heading("Slipway runs in another tab").waitFor({ timeout: 30_000 });
    await browser.picture("storage-held");
    await button("Take over").click();
    await browser.prompt();
    await browser.typeLine("cat note");
    await browser.waitForText(/^from-the-first$/m);
    await browser.lookAt(first);
    await heading("Your machine runs in another tab").waitFor();
    await button("Run it in this tab").click();
    await browser.prompt();
    await browser.lookAt(second);
    await heading("Your machine runs in another tab").waitFor();
  });

  it("can run side by side when one keeps nothing", async () => {
    await browser.openShell();
    await browser.newTab();
    await heading("Slipway runs in another tab").waitFor({ timeout: 30_000 });
    await button("Use without saving").click();
    await browser.prompt();
    await status("nothing is kept");
    await browser.typeLine("echo both > note; cat note");
    await browser.waitForText(/^both$/m);
  });
});

describe("storage that is not there", () => {
  it("is said, and the machine runs all the same", async () => {
    // Chromium's setting "do not let sites save data on this device".
    await browser.openShell({ settings: { profile: { default_content_setting_values: { cookies: 2 } } } });
    await status("nothing is kept");
    await browser.page.getByText("This browser gives the page no storage").waitFor();
    await browser.typeLine("docker run --rm busybox echo ran");
    await browser.waitForText(/^ran$/m, 60_000);
  });
});
