// Where the browser gives the page little or nothing to keep things in: storage that is denied, of no size, smaller than the machine's disk, or
// another site's. The page says what that means, and goes on.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { builtSite } from "./site.ts";
import { useBrowser, useVisit } from "./use-visit.ts";

const MIB = 1_048_576;
/** Takes most of the disk at once and writes until there is nothing left. */
const FILL =
  "fallocate -l $(($(df --output=avail -B1 /root | tail -1) - 4194304)) ballast && yes | dd of=big bs=64k iflag=fullblock";
const NOTHING_KEPT = "This browser gives the page no storage: nothing is kept after this tab is closed.";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A page of another site that frames `url`. */
async function foreignPage(url: string): Promise<string> {
  const server = createServer((_request, response) => {
    response.setHeader("Content-Type", "text/html");
    response.end(
      `<!doctype html><title>Another site</title><iframe src="${url}" style="width:1200px;height:700px"></iframe>`,
    );
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  closers.push(() => server.close());
  return `http://localhost:${(server.address() as AddressInfo).port}/`;
}

describe("in Chromium", () => {
  const browser = useBrowser(builtSite, {
    foreign: /^http:\/\/localhost:/,
    expectedErrors: /data disk: write .* no space left in storage/,
  });

  const setQuota = async (bytes: number) => {
    const session = await browser.page.context().newCDPSession(browser.page);
    const origin = new URL(browser.url).origin;
    await session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: bytes });
  };
  const openWithQuota = (bytes: number) => browser.openShell({ prepare: () => setQuota(bytes) });

  it("a quota of nothing is said, and the machine runs all the same", async () => {
    await openWithQuota(0);
    await browser.read(NOTHING_KEPT);
    expect(await browser.run("docker run --rm busybox echo ran")).toMatch(/^ran$/m);
    await browser.picture("storage-of-no-size");
    expect(await browser.axe()).toEqual([]);
  });

  it("a quota smaller than the disk is a smaller disk, which says when it is full", async () => {
    await openWithQuota(400 * MIB);
    await browser.read("kept in this browser");
    expect(Number(await browser.run("df -m --output=size /root | tail -1"))).toBeLessThan(256);
    await browser.run("echo kept > note; sync");
    expect(await browser.run(`${FILL}; echo dd=$?`)).toMatch(/No space left on device[\s\S]*^dd=1$/m);
    await browser.reload();
    await browser.prompt();
    expect(await browser.run("cat note; rm big ballast; docker run --rm busybox echo room")).toMatch(
      /^kept\n[\s\S]*^room$/m,
    );
  });

  it("a quota that shrinks below what is kept stops the machine with a message, and loses nothing", async () => {
    await browser.openShell();
    await browser.run("echo kept > note; sync");
    const { usage = 0 } = await browser.page.evaluate<{ usage?: number }>("navigator.storage.estimate()");
    await setQuota(usage + 4 * MIB);
    await browser.typeLine("yes | dd of=big bs=1M iflag=fullblock count=60; sync");
    await browser.see("heading", "The browser's storage is full");
    await browser.picture("storage-full");
    expect(await browser.axe()).toEqual([]);
    await setQuota(usage + 2048 * MIB);
    await browser.click("button", "Restart the machine");
    await browser.prompt();
    expect(await browser.run("cat note; dmesg | grep -ciE 'ext4.*(error|corrupt)'")).toBe("kept\n0\n");
  });

  for (const [name, settings] of [
    ["that shares nothing with it", {}],
    ["in a browser that blocks cookies of third parties", { profile: { cookie_controls_mode: 1 } }],
  ] as const) {
    it(`a frame of another site, ${name}, runs the machine`, async () => {
      await browser.open({ settings });
      const foreign = await foreignPage(browser.url);
      await browser.page.goto(foreign);
      const frame = browser.tab.frames().find(({ url }) => url.startsWith(browser.url))!;
      await frame.until("globalThis.slipway?.activeTerminal?.connected", undefined, 120_000);
      await frame.evaluate("slipway.activeTerminal.type('echo framed-$((40+2))\\r')");
      await frame.until("/^framed-42$/m.test(slipway.activeTerminal.text())", undefined, 60_000);
      await browser.picture(`storage-framed-${name.split(" ")[0]}`);
    });
  }
});

describe("in Firefox", () => {
  const visit = useVisit(builtSite, "firefox", { foreign: /^http:\/\/localhost:/ });

  it("a private window keeps nothing or its own, says which, and runs", async () => {
    await visit.openShell({ private: true });
    const storage = await visit.tab.evaluate<{ kind: string }>("slipway.state.storage");
    await visit.read(storage.kind === "kept" ? "kept in this browser" : NOTHING_KEPT);
    expect(await visit.run("docker run --rm busybox echo ran")).toMatch(/^ran$/m);
    await visit.picture("storage-private");
    expect(await visit.axe()).toEqual([]);
  });

  it("storage that is denied is said, and the machine runs all the same", async () => {
    // What the setting "Block all cookies" does.
    await visit.openShell({ preferences: { "network.cookie.cookieBehavior": 2 } });
    await visit.read(NOTHING_KEPT);
    expect(await visit.run("docker run --rm busybox echo ran")).toMatch(/^ran$/m);
    await visit.picture("storage-denied");
  });

  it("storage smaller than the disk is a smaller disk, which says when it is full", async () => {
    // Firefox gives a site a fifth of it.
    const fixedLimitKib = 5 * 400 * 1024;
    await visit.openShell({ preferences: { "dom.quotaManager.temporaryStorage.fixedLimit": fixedLimitKib } });
    expect(Number(await visit.run("df -m --output=size /root | tail -1"))).toBeLessThan(256);
    await visit.run("echo kept > note; sync");
    expect(await visit.run(`${FILL}; echo dd=$?`)).toMatch(/No space left on device[\s\S]*^dd=1$/m);
    await visit.reload();
    await visit.prompt();
    expect(await visit.run("cat note")).toBe("kept\n");
  });

  it("a frame of another site runs the machine", async () => {
    await visit.open();
    await visit.tab.goto(await foreignPage(visit.url));
    const frame = () => visit.tab.frames().find(({ url }) => url.startsWith(visit.url));
    await expect.poll(() => frame() !== undefined, { timeout: 60_000 }).toBe(true);
    await frame()!.until("globalThis.slipway?.activeTerminal?.connected", undefined, 120_000);
    await frame()!.evaluate("slipway.activeTerminal.type('echo framed-$((40+2))\\r')");
    await frame()!.until("/^framed-42$/m.test(slipway.activeTerminal.text())", undefined, 60_000);
    await visit.picture("storage-framed");
  });
});
