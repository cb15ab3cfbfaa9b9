// The built page with the real machine: from a keystroke to a process in namespaces of its own, and what happens when
// something ends.

import { describe, expect, it } from "vitest";
import { builtSite } from "./site.ts";
import { SCREENS } from "./tab.ts";
import { useBrowser } from "./use-visit.ts";
import { PROMPT } from "./visit.ts";

const browser = useBrowser(builtSite);

const press = (keys: string) => browser.page.keyboard.press(keys);

/** In a container of busybox, at its prompt. */
async function enterContainer(): Promise<void> {
  await browser.typeLine("docker run -it --rm busybox sh");
  await browser.waitForText(/\n\/ [#$]$/, 60_000);
}

describe("the machine in the page", () => {
  it("boots to a prompt", async () => {
    await browser.openShell();
    await browser.typeLine("id -un; uname -s");
    await browser.waitForText(/^root\nLinux$/m);
  });

  it("runs a container, whose shell is process 1", async () => {
    await browser.openShell();
    await enterContainer();
    await browser.typeLine('echo "pid=$$ host=$(hostname)"');
    await browser.waitForText(/^pid=1 host=[0-9a-f]{12}$/m);
    await browser.typeLine("ps");
    await browser.waitForText(/^ *1 root .*sh$/m);
    await browser.typeLine("exit");
    // What is typed ahead goes to the container, as with any docker.
    await browser.waitForText(/exit\n[^\n]*~# ?$/);
    await browser.typeLine('echo "status=$?"');
    await browser.waitForText(/^status=0$/m);
  });

  /** As a person does: Ctrl-C once the program itself answers (before, the shell may take it), the next line at the next prompt. */
  async function interrupt(place: string, prompt: string): Promise<void> {
    await browser.typeLine(`awk 'BEGIN { print "listens" } { print "said " $0 }'`);
    await browser.waitForText(new RegExp(`^listens\\s*$(?![^]*${prompt})`, "m"), 120_000);
    await browser.typeLine(place);
    await browser.waitForText(new RegExp(`^said ${place}\\s*$`, "m"), 120_000);
    await press("Control+c");
    await browser.waitForText(new RegExp(`said ${place}\\s*\\^C\\s*${prompt}\\s*$`));
  }

  it("interrupts what runs, here and in a container", async () => {
    await browser.openShell();
    await interrupt("here", "root@slipway:~#");
    await browser.typeLine('echo "here=$?"');
    await browser.waitForText(/^here=130$/m);
    await enterContainer();
    await interrupt("there", "/ #");
    await browser.typeLine('echo "there=$?"');
    await browser.waitForText(/^there=130$/m);
  });

  it("stops a flood of output at once", async () => {
    await browser.openShell();
    await browser.typeLine("seq 1 100000000");
    await browser.waitForText(/^\d{5}$/m);
    await press("Control+c");
    await browser.typeLine("echo stopped");
    await browser.waitForText(/^stopped$/m);
  });

  it("has a shell of its own in every tab", async () => {
    await browser.openShell();
    await browser.typeLine('echo "tty=$(tty)"; mark=one');
    const first = /^tty=(\S+)$/m.exec(await browser.waitForText(/^tty=\S+$/m))?.[1];
    await press("Control+Shift+Enter");
    await browser.waitForShell();
    await browser.waitForText(PROMPT);
    await browser.typeLine('echo "tty=$(tty) mark=[$mark]"');
    const second = /^tty=(\S+) mark=\[\]$/m.exec(await browser.waitForText(/^tty=\S+ mark=\[\]$/m))?.[1];
    expect(second).not.toBe(first);
    await press("Alt+1");
    await browser.typeLine('echo "mark=[$mark]"');
    await browser.waitForText(/^mark=\[one\]$/m);
  });

  it("starts a system container", async () => {
    await browser.openShell();
    await browser.typeLine("lxc-create -n web -t image -- debian && lxc-start -n web && lxc-ls -f");
    await browser.waitForText(/^web +RUNNING/m, 120_000);
    await browser.typeLine("lxc-attach -n web -- sh -c 'echo \"host=$(cat /proc/sys/kernel/hostname)\"'");
    await browser.waitForText(/^host=web$/m, 30_000);
    await browser.typeLine('lxc-stop -n web; echo "stop=$?"');
    await browser.waitForText(/^stop=0$/m, 60_000);
  });

  it("tells the guest the size of the window", async () => {
    await browser.openShell();
    await browser.page.setViewportSize({ width: 800, height: 500 });
    await expect
      .poll(async () => Number.parseInt((await browser.page.locator(".status-size").textContent()) ?? "", 10))
      .toBeLessThan(100);
    const shown = (await browser.page.locator(".status-size").textContent())!.split(" × ");
    await browser.typeLine("stty size");
    await browser.waitForText(new RegExp(`^${shown[1]} ${shown[0]}$`, "m"));
  });

  it("comes back after a reload", async () => {
    await browser.openShell();
    await browser.reload();
    await browser.prompt();
    await browser.typeLine("echo again");
    await browser.waitForText(/^again$/m);
  });

  it("says so when the worker has died, and starts anew", async () => {
    await browser.openShell();
    await browser.page.workers()[0]!.evaluate("self.close()");
    await browser.page.getByRole("heading", { name: "The engine stopped" }).waitFor({ timeout: 60_000 });
    await browser.page.keyboard.press("Enter");
    await browser.waitForShell();
    await browser.typeLine("echo alive");
    await browser.waitForText(/^alive$/m);
  });

  it("says so when the kernel has panicked, with its console, and starts anew", async () => {
    await browser.openShell();
    await browser.typeLine("echo c > /proc/sysrq-trigger");
    await browser.page.getByRole("heading", { name: "The kernel panicked" }).waitFor({ timeout: 60_000 });
    expect(await browser.page.locator("slipway-failure pre").last().textContent()).toMatch(/panic/i);
    await browser.page.getByRole("button", { name: "Restart the machine" }).click();
    await browser.waitForShell();
    await browser.typeLine("echo alive");
    await browser.waitForText(/^alive$/m);
  });
});

describe("what it looks like", () => {
  for (const [name, look] of [
    ["dark", { colors: "dark" }],
    ["light", { colors: "light" }],
    ["phone", { screen: SCREENS.phone, colors: "dark" }],
  ] as const) {
    it(name, async () => {
      await browser.openShell(look);
      await browser.typeLine("docker run --rm hello-world");
      await browser.waitForText(/Hello[\s\S]*~# ?$/);
      await enterContainer();
      await browser.typeLine("ps");
      await browser.waitForText(/^ *1 root .*sh$/m);
      await browser.picture(`machine-${name}`);
    });
  }
});
