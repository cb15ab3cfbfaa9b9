// The page itself, with a stand-in for the machine: what a person sees and can do, by pointer, keyboard and touch.

import { beforeAll, describe, expect, it } from "vitest";
import { fakeSite } from "./site.ts";
import { SCREENS } from "./tab.ts";
import { useBrowser } from "./use-visit.ts";

let site: string;
const browser = useBrowser(async () => site);

beforeAll(async () => {
  site = await fakeSite();
});

const tabs = () => browser.page.getByRole("tab");
const press = (keys: string) => browser.page.keyboard.press(keys);
const heading = (name: string) => browser.page.getByRole("heading", { name });

describe("launch", () => {
  it("shows what is fetched, bytes and percent", async () => {
    await browser.open({ query: "?fake=hold" });
    const bar = browser.page.getByRole("progressbar");
    await browser.page.getByText("41 %", { exact: true }).waitFor();
    expect(await bar.getAttribute("aria-valuenow")).toBe("41");
    expect(await bar.getAttribute("aria-valuetext")).toBe("Fetching the machine, 3.3 MB of 7.9 MB");
  });

  it("claims no percent when the total is unknown", async () => {
    await browser.open({ query: "?fake=unknown" });
    await browser.page.getByText("3.3 MB", { exact: true }).waitFor();
    expect(await browser.page.getByRole("progressbar").getAttribute("aria-valuenow")).toBeNull();
  });

  it("ends in a prompt that has the focus", async () => {
    await browser.openShell();
    await browser.typeLine("echo hello");
    await browser.waitForText(/^hello$/m);
    expect(await browser.page.locator("slipway-boot").isVisible()).toBe(false);
  });

  it("says what is missing in a browser that is too old", async () => {
    await browser.open({
      prepare: (page) => page.addInitScript(() => Reflect.deleteProperty(globalThis, "WebAssembly")),
    });
    await heading("This browser cannot run Slipway").waitFor();
    await browser.page.getByText("It lacks WebAssembly.").waitFor();
  });

  it("works where storage is blocked", async () => {
    await browser.openShell({
      prepare: (page) =>
        page.addInitScript(() =>
          Object.defineProperty(globalThis, "localStorage", {
            get: () => {
              throw new Error("The operation is insecure");
            },
          }),
        ),
    });
    await browser.page.getByRole("button", { name: /Switch to/ }).click();
    await browser.page.locator('html[data-theme="dark"]').waitFor();
  });
});

describe("tabs", () => {
  it("have shells of their own", async () => {
    await browser.openShell();
    await browser.typeLine("echo first");
    await browser.page.getByRole("button", { name: "New terminal" }).click();
    await browser.waitForText(/\$$/);
    await browser.typeLine("echo second");
    const second = await browser.waitForText(/^second$/m);
    expect(second).not.toContain("first");
    await press("Alt+1");
    expect(await browser.waitForText(/^first$/m)).not.toContain("second");
  });

  it("are named by the program in them", async () => {
    await browser.openShell();
    await browser.typeLine("title root@web: /etc");
    await browser.page.getByRole("tab", { name: "root@web: /etc" }).waitFor();
  });

  it("close with a shell that ended well, unless it is the last", async () => {
    await browser.openShell();
    await press("Control+Shift+Enter");
    await browser.waitForText(/\$$/);
    await browser.typeLine("exit 0");
    await expect.poll(() => tabs().count()).toBe(1);
    await browser.typeLine("exit 0");
    await browser.waitForText("The shell has ended with code 0");
    await press("Enter");
    await browser.waitForText(/new one\.\n.*\n.*\$$/);
  });

  it("stay when their shell failed", async () => {
    await browser.openShell();
    await press("Control+Shift+Enter");
    await browser.waitForText(/\$$/);
    await browser.typeLine("exit 3");
    await browser.waitForText("The shell has ended with code 3");
    expect(await tabs().count()).toBe(2);
  });

  it("mark a bell that rang unseen", async () => {
    await browser.openShell();
    await browser.typeLine("bell");
    await press("Control+Shift+Enter");
    await browser.page.locator(".tab.marked").waitFor();
    await press("Alt+1");
    await expect.poll(() => browser.page.locator(".tab.marked").count()).toBe(0);
  });
});

describe("keyboard alone", () => {
  it("reaches the tabs and comes back", async () => {
    await browser.openShell();
    await press("Control+Shift+Enter");
    await browser.waitForText(/\$$/);
    await press("Control+Shift+ArrowUp");
    await press("ArrowLeft");
    await browser.page.getByRole("tab", { name: "Terminal 1", selected: true }).waitFor();
    await press("Delete");
    await expect.poll(() => tabs().count()).toBe(1);
    await press("Enter");
    await browser.typeLine("echo back");
    await browser.waitForText(/^back$/m);
  });

  it("opens and leaves the help, and the terminal has the focus again", async () => {
    await browser.openShell();
    await press("Shift+F1");
    await heading("Keys and settings").waitFor();
    await press("Escape");
    await browser.typeLine("echo again");
    await browser.waitForText(/^again$/m);
  });

  it("uses the terminal's menu", async () => {
    await browser.openShell();
    await press("Shift+F10");
    await browser.page.getByRole("menu").waitFor();
    await press("End");
    await press("ArrowUp");
    await press("Enter");
    await expect.poll(() => tabs().count()).toBe(2);
  });

  it("goes from the top of the page to everything", async () => {
    await browser.openShell();
    await press("Control+Shift+ArrowUp");
    const names: string[] = [];
    for (let stop = 0; stop < 5; stop++) {
      await press("Tab");
      names.push(await browser.page.evaluate("document.activeElement.getAttribute('aria-label')"));
    }
    expect(names).toEqual([
      "New terminal",
      "Find a command",
      "Find in the terminal",
      expect.stringContaining("Switch to"),
      "Keys and settings",
    ]);
  });
});

describe("the terminal", () => {
  it("finds text", async () => {
    await browser.openShell();
    await browser.typeLine("seq 300");
    await browser.waitForText(/^300\n.*\$$/m);
    await press("Control+Shift+F");
    await browser.page.getByRole("searchbox").fill("29");
    await browser.page.getByText("13 of 13").waitFor();
    await press("Enter");
    await browser.page.getByText("1 of 13").waitFor();
    await press("Escape");
    await browser.typeLine("echo closed");
    await browser.waitForText(/^closed$/m);
  });

  it("copies and pastes", async () => {
    await browser.openShell({ context: { permissions: ["clipboard-read", "clipboard-write"] } });
    await press("Shift+F10");
    await browser.page.getByRole("menuitem", { name: "Select all" }).click();
    await press("Control+Shift+C");
    await browser.page.getByText("Copied").waitFor();
    expect(await browser.page.evaluate("navigator.clipboard.readText()")).toContain("stand-in shell");
    await browser.page.evaluate("navigator.clipboard.writeText('echo pasted')");
    await press("Control+Shift+V");
    await browser.waitForText(/\$ echo pasted$/);
  });

  it("interrupts a flood of output", async () => {
    await browser.openShell();
    await browser.typeLine("seq 99999999");
    await browser.waitForText(/^\d{6}$/m);
    await press("Control+c");
    await browser.waitForText(/\^C\n.*\$$/);
  });

  it("tells the shell its size when the window changes", async () => {
    await browser.openShell();
    await browser.page.setViewportSize({ width: 700, height: 500 });
    await expect.poll(() => browser.page.locator(".status-size").textContent()).not.toMatch(/^14\d|^15\d/);
    const shown = (await browser.page.locator(".status-size").textContent())!.split(" × ").join(" ");
    await browser.typeLine("size");
    await browser.waitForText(new RegExp(`^${shown}$`, "m"));
  });

  it("types a suggestion without running it, and forgets suggestions that are dismissed", async () => {
    await browser.openShell();
    await browser.page.getByRole("button", { name: "Type docker run hello-world" }).click();
    await browser.waitForText(/\$ docker run hello-world$/);
    await browser.page.getByRole("button", { name: "Hide these suggestions" }).click();
    await browser.page.reload();
    await browser.waitForShell();
    expect(await browser.page.locator("slipway-hints").isVisible()).toBe(false);
  });
});

describe("colours", () => {
  it("follow the system until chosen, and the choice is remembered", async () => {
    await browser.openShell({ colors: "dark" });
    expect(await browser.page.locator("html").getAttribute("data-theme")).toBe("dark");
    await browser.picture("page-dark");
    await browser.page.getByRole("button", { name: "Switch to light colours" }).click();
    await browser.page.reload();
    await browser.waitForShell();
    expect(await browser.page.locator("html").getAttribute("data-theme")).toBe("light");
    await browser.picture("page-light");
  });
});

describe("failure", () => {
  it("of the kernel shows its console, and a restart gives the same tab a new shell", async () => {
    await browser.openShell();
    await browser.typeLine("panic");
    await heading("The kernel panicked").waitFor();
    await browser.page.getByText("Fatal exception in interrupt").waitFor();
    await browser.picture("page-failure");
    await press("Enter");
    await browser.waitForShell();
    await browser.typeLine("echo alive");
    await browser.waitForText(/^alive$/m);
    expect(await tabs().count()).toBe(1);
  });

  it("of an asset names the file", async () => {
    await browser.open({ query: "?fake=asset" });
    await heading("A file of the machine is missing or damaged").waitFor();
    await browser.page.getByText("snapshot-2.zst").waitFor();
  });

  for (const [how, command] of [
    ["dies", "die"],
    ["never yields", "spin"],
  ] as const) {
    it(`of a worker that ${how} is noticed, and a restart makes another`, async () => {
      await browser.openShell();
      await browser.typeLine(command);
      await heading("The engine stopped").waitFor({ timeout: 40_000 });
      await browser.page.getByRole("button", { name: "Restart the machine" }).click();
      await browser.waitForShell();
      await browser.typeLine("echo alive");
      await browser.waitForText(/^alive$/m);
    });
  }
});

describe("a phone", () => {
  it("has the keys that its keyboard lacks", async () => {
    await browser.openShell({ screen: SCREENS.phone });
    await browser.picture("page-phone");
    await browser.typeLine("seq 99999999");
    await browser.waitForText(/^\d{6}$/m);
    await browser.page.getByRole("button", { name: "Ctrl", exact: true }).tap();
    await browser.page.keyboard.type("c");
    await browser.waitForText(/\^C\n.*\$$/);
    await browser.page.getByRole("button", { name: "|", exact: true }).tap();
    await browser.waitForText(/\$ \|$/);
  });

  it("scrolls under a finger", async () => {
    await browser.openShell({ screen: SCREENS.phone });
    await browser.typeLine("seq 300");
    await browser.waitForText(/^300\n.*\$$/m);
    const rows = browser.page.locator(".xterm-rows");
    expect(await rows.textContent()).toContain("300");
    const session = await browser.page.context().newCDPSession(browser.page);
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", y?: number) =>
      session.send("Input.dispatchTouchEvent", { type, touchPoints: y === undefined ? [] : [{ x: 200, y }] });
    await touch("touchStart", 200);
    for (let y = 220; y <= 620; y += 20) await touch("touchMove", y);
    await touch("touchEnd");
    await expect.poll(() => rows.textContent()).not.toContain("300");
  });

  it("keeps everything within what the keyboard leaves visible", async () => {
    await browser.openShell({ screen: SCREENS.phone });
    await browser.page.setViewportSize({ width: 390, height: 420 });
    await expect
      .poll(() => browser.page.locator("slipway-app").evaluate((app) => app.getBoundingClientRect().bottom))
      .toBeLessThanOrEqual(420);
    expect(await browser.page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390);
  });
});
