// Pages that make it hard for what they embed: within frames of other sites, without storage, under a policy, without leave to fetch.

import { afterEach, describe, expect, it } from "vitest";
import { EmbedHost, type EmbedHostOptions, saidBy, shownBy } from "./embed-host.ts";

const PATIENCE = { timeout: 120_000, interval: 200 };
const SCRIPT = '<script type="module" src="https://slipway.example/embed.js"></script>';
const head = (more = "") => `<!doctype html><link rel="icon" href="data:,">${more}`;
const block = (attributes = "") =>
  `<slipway-run ${attributes}><pre><code class="language-sh">echo "$((6 * 7))"</code></pre></slipway-run>`;

let host: EmbedHost | undefined;

afterEach(async () => {
  await host?.close();
  host = undefined;
});

async function open(options: EmbedHostOptions): Promise<EmbedHost> {
  host = await EmbedHost.open(options);
  return host;
}

describe("an embed", () => {
  it("works within an iframe of another site", async () => {
    const { page, siteUrl, browser } = await open({
      pages: { "index.html": head(), "framed.html": `${head(SCRIPT)}${block()}` },
    });
    const framed = browser.url.replace("127.0.0.1", "localhost");
    await page.setContent(`<iframe src="${framed}framed.html"></iframe>`);
    const element = page.frameLocator("iframe").locator("slipway-run");
    await element.getByRole("button", { name: "Run" }).click();
    await expect.poll(() => shownBy(element), PATIENCE).toBe("42\n");
    expect(browser.foreignRequests.some((url) => url.startsWith(siteUrl))).toBe(true);
    expect(browser.errors).toEqual([]);
  });

  it("works where storage is blocked, and says why nothing is kept when that was asked", async () => {
    const sandboxed = `${head(SCRIPT)}${block("id=plain")}${block("id=kept persist")}`;
    const { page, browser } = await open({
      pages: {
        "index.html": `${head()}<iframe sandbox="allow-scripts" src="framed.html" height="600"></iframe>`,
        "framed.html": sandboxed,
      },
    });
    const frame = page.frameLocator("iframe");
    await frame.locator("#plain").getByRole("button", { name: "Run" }).click();
    await expect.poll(() => shownBy(frame.locator("#plain")), PATIENCE).toBe("42\n");
    expect(await saidBy(frame.locator("#plain"))).toBe("Ended");
    await frame.locator("#kept").getByRole("button", { name: "Run" }).click();
    await expect.poll(() => shownBy(frame.locator("#kept")), PATIENCE).toBe("42\n");
    expect(await saidBy(frame.locator("#kept"))).toMatch(
      /^Ended Nothing is kept: .*(denied|secur|insecure).*\.$/i,
    );
    expect(browser.errors).toEqual([]);
  });

  it("keeps what was asked for in one tab, and says in another that it does not", async () => {
    const write = "echo kept > note; sync; cat note";
    const page = (code: string) =>
      `${head(SCRIPT)}<slipway-run persist="notes"><pre><code class="language-sh">${code}</code></pre></slipway-run>`;
    const { browser } = await open({ pages: { "index.html": page(write), "again.html": page("cat note") } });
    const run = async () => {
      const element = browser.page.locator("slipway-run");
      await element.getByRole("button", { name: "Run" }).click();
      await expect.poll(() => saidBy(element), PATIENCE).toMatch(/^Ended/);
      return [await shownBy(element), await saidBy(element)];
    };
    expect(await run()).toEqual(["kept\n", "Ended"]);
    const first = browser.page;
    await browser.newTab("again.html");
    expect(await run()).toEqual([
      "cat: note: No such file or directory\n",
      "Ended with code 1 Nothing is kept: another tab, or another machine of this page, has what is kept.",
    ]);
    await first.close();
    await browser.page.reload();
    expect(await run()).toEqual(["kept\n", "Ended"]);
    const folders = await browser.page.evaluate(async () => {
      const names: string[] = [];
      for await (const name of (await navigator.storage.getDirectory()).keys()) names.push(name);
      return names;
    });
    expect(folders).toEqual(["slipway-notes"]);
  });

  it("works under the policy that the guide names, and says which rule of a stricter one forbids it", async () => {
    const policy = (rules: string) => `<meta http-equiv="Content-Security-Policy" content="${rules}">`;
    const site = "https://slipway.example";
    const guide = `default-src 'self'; script-src ${site} 'wasm-unsafe-eval'; worker-src blob: ${site}; connect-src ${site} data:; style-src 'unsafe-inline'; img-src data:`;
    const { page, browser } = await open({
      pages: {
        "index.html": `${head(policy(guide))}${SCRIPT}${block()}<slipway-terminal></slipway-terminal>`,
        "half.html": `${head(policy(guide.replace(`blob: ${site}`, "blob:")))}${SCRIPT}${block()}`,
        "strict.html": `${head(policy(`script-src ${site} 'wasm-unsafe-eval'; worker-src 'none'`))}${SCRIPT}${block()}`,
      },
    });
    await page.locator("slipway-run").getByRole("button", { name: "Run" }).click();
    await expect.poll(() => shownBy(page.locator("slipway-run")), PATIENCE).toBe("42\n");
    await page.locator("slipway-terminal").getByRole("button").click();
    await expect.poll(() => shownBy(page.locator("slipway-terminal")), PATIENCE).toMatch(/#\s*$/);
    expect(browser.errors).toEqual([]);
    const refused = async (name: string) => {
      await page.goto(browser.url + name);
      await page.locator("slipway-run").getByRole("button", { name: "Run" }).click();
      await expect.poll(() => saidBy(page.locator("slipway-run")), PATIENCE).toMatch(/^Failed/);
      return saidBy(page.locator("slipway-run"));
    };
    expect(await refused("strict.html")).toMatch(
      /^Failed This page's Content-Security-Policy forbids it: worker-src blocks blob/,
    );
    expect(await refused("half.html")).toMatch(/its worker-src must allow blob: and http/);
  });

  it("says what a site must send that does not let others have its files", async () => {
    // The script itself comes with leave, what it needs does not: as from a cache in front of the site.
    const { page, browser } = await open({
      pages: { "index.html": `${head()}<p>nothing yet</p>` },
      siteHeaders: {},
    });
    const closed = host!.siteUrl;
    await page.route("**/open/**", async (route) => {
      const url = route.request().url().replace(`${browser.url}open/`, closed);
      await route.fulfill({ contentType: "text/javascript", body: await (await fetch(url)).text() });
    });
    const boot = (options: string) =>
      page.evaluate<string>(
        `import(location.origin + "/open/sandbox.js").then(({ Sandbox }) => Sandbox.boot(${options})).then(() => "booted", String)`,
      );
    expect(await boot(`{ baseUrl: "${closed}" }`)).toMatch(
      /worker-[\w-]+\.js cannot be fetched\. .*Access-Control-Allow-Origin/,
    );
    expect(await boot("")).toMatch(
      /Slipway \d+\.\d+\.\d+ is not at .*\/slipway\/lib\/worker-.*npx slipway-assets/,
    );
  });

  it("has the page's colours, light or dark, and what its variables say", async () => {
    const { page } = await open({
      pages: {
        "index.html": `${head(`${SCRIPT}<style>:root { --slipway-accent: rgb(1, 2, 3) } .dark { color-scheme: dark }</style>`)}<slipway-terminal></slipway-terminal>`,
      },
    });
    const look = () =>
      page.locator("slipway-terminal").evaluate((element) => {
        const frame = element.shadowRoot!.querySelector<HTMLElement>(".frame")!;
        const button = frame.querySelector("button")!;
        return [
          frame.dataset.theme,
          getComputedStyle(frame).backgroundColor,
          getComputedStyle(button).backgroundColor,
        ];
      });
    await page.locator("slipway-terminal .starter").waitFor();
    expect(await look()).toEqual(["light", "rgb(252, 250, 245)", "rgb(1, 2, 3)"]);
    await page.evaluate(() => document.documentElement.classList.add("dark"));
    await expect.poll(look).toEqual(["dark", "rgb(16, 27, 32)", "rgb(1, 2, 3)"]);
  });

  it("says which file or image is missing, and tries again", async () => {
    const { page, browser } = await open({
      pages: {
        "index.html": `${head(SCRIPT)}<slipway-terminal image="no-such-image" command="sh"></slipway-terminal>
          <slipway-playground command="sh" files="absent.py"></slipway-playground>`,
      },
    });
    const terminal = page.locator("slipway-terminal");
    await terminal.getByRole("button").click();
    await expect.poll(() => saidBy(terminal), PATIENCE).toMatch(/^Failed .*no-such-image/);
    expect(await saidBy(page.locator("slipway-playground"))).toBe(
      "Failed absent.py cannot be fetched: HTTP 404",
    );
    await terminal.evaluate((element) => element.setAttribute("image", "busybox"));
    await terminal.getByRole("button", { name: "Try again" }).click();
    await expect.poll(() => shownBy(terminal), PATIENCE).toMatch(/#\s*$/);
    expect(browser.errors.filter((text) => !text.includes("404"))).toEqual([]);
  });
});
