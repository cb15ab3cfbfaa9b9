// What wears a page out: a slow connection, one reload after another, a worker that dies. Each ends in a working page or a clear message.

import { describe, expect, it } from "vitest";
import { builtSite } from "./site.ts";
import { serveFolder } from "./static-server.ts";
import { useVisit } from "./use-visit.ts";
import { BROWSERS } from "./visit.ts";

/** SLIPWAY_RELOADS=200 is the whole count. */
const RELOADS = Number(process.env.SLIPWAY_RELOADS ?? 5);
/** From here on a browser has what it keeps of a page, and should not grow any more. */
const SETTLED_AFTER = 5;
const MIB = 1_048_576;
const SLOW = 1.5 * MIB;

describe.each(BROWSERS)("in %s", (browserName) => {
  const visit = useVisit(builtSite, browserName);
  const percent = () =>
    visit.tab.evaluate<number>(
      "Number(document.querySelector('slipway-boot:not([hidden]) [role=progressbar]')?.getAttribute('aria-valuenow') ?? -1)",
    );

  it("a slow connection shows how far it is, and can be cancelled", async () => {
    const server = await serveFolder(await builtSite());
    server.slowDown(SLOW);
    await visit.open({ server });
    const seen: number[] = [];
    await expect
      .poll(
        async () => {
          const now = await percent();
          if (now > 0 && now < 100 && now !== seen.at(-1)) seen.push(now);
          return seen.length;
        },
        { timeout: 120_000, interval: 50 },
      )
      .toBeGreaterThan(3);
    expect(seen).toEqual([...seen].sort((one, other) => one - other));
    await visit.picture("slow-connection");
    expect(await visit.axe()).toEqual([]);
    await visit.click("button", "Cancel");
    await visit.see("heading", "The launch was cancelled");
    await visit.picture("slow-connection-cancelled");
    expect(await visit.axe()).toEqual([]);
    await expect.poll(() => server.sending, { timeout: 30_000 }).toBe(0);
    server.slowDown(undefined);
    await visit.click("button", "Launch the machine");
    await visit.prompt();
    expect(await visit.run("echo launched")).toMatch(/^launched$/m);

    // An image that takes its time: Ctrl-C is answered meanwhile.
    server.slowDown(SLOW / 30);
    await visit.typeLine("docker run --rm python python3 -c 'print(6*7)'");
    await visit.waitForText(/Pulling from library\/python/);
    await visit.press("Control+c");
    await visit.waitForText(/\^C[\s\S]*root@slipway:~# ?$/, 60_000);
    server.slowDown(undefined);
    expect(await visit.run("docker run --rm python python3 -c 'print(6*7)'")).toMatch(/^42$/m);
  });

  it(
    `${RELOADS} reloads leave a page that works, and nothing behind`,
    async () => {
      await visit.openShell();
      await visit.run("echo 0 > count; sync");
      let settled = { memory: Number.POSITIVE_INFINITY, storage: Number.POSITIVE_INFINITY };
      for (let round = 1; round <= RELOADS; round++) {
        await visit.reload();
        await visit.prompt(120_000);
        expect(await visit.run("count=$(($(cat count) + 1)); echo $count > count; sync; cat count")).toBe(
          `${round}\n`,
        );
        const left = await visit.tab.evaluate<{ kept: string; locks: number; usage: number }>(
          `(async () => ({
            kept: slipway.state.storage.kind,
            locks: (await navigator.locks.query()).held.filter(({ name }) => name === "slipway-storage").length,
            usage: (await navigator.storage.estimate()).usage,
          }))()`,
        );
        expect(left).toMatchObject({ kept: "kept", locks: 1 });
        const memory = await visit.memoryBytes();
        if (RELOADS > 10 && round % 10 === 0)
          console.log(
            `${browserName}, ${round}: ${Math.round(memory / MIB)} MiB, kept ${Math.round(left.usage / MIB)} MiB`,
          );
        if (round === SETTLED_AFTER) settled = { memory, storage: left.usage };
        // Browsers collect when they like: some slack, which many rounds would use up.
        expect(memory).toBeLessThan(settled.memory + 800 * MIB);
        expect(left.usage).toBeLessThan(settled.storage + 64 * MIB);
      }
    },
    300_000 + RELOADS * 60_000,
  );

  it("a worker that dies is noticed, and another starts", async () => {
    await visit.open({
      before: (tab) =>
        tab.beforeScripts(
          "globalThis.Worker = class extends Worker { constructor(...args) { super(...args); globalThis.lastWorker = this; } };",
        ),
    });
    await visit.prompt();
    await visit.run("echo mine > note; sync");
    await visit.tab.evaluate("lastWorker.terminate()");
    await visit.see("heading", "The engine stopped");
    await visit.picture("worker-died");
    expect(await visit.axe()).toEqual([]);
    await visit.click("button", "Restart the machine");
    await visit.prompt();
    expect(await visit.run("cat note")).toBe("mine\n");
  });
});
