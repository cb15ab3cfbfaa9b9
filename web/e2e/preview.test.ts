// Previews of servers in containers, with the real machine: nginx and Python as they ship, everything that a browser does with a site, and
// what a preview must not reach.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Frame, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { builtSite } from "./site.ts";
import { useBrowser } from "./use-visit.ts";

/** What a server that is gone, and a page that tries to break out, make the browser say. */
const browser = useBrowser(builtSite, {
  expectedErrors:
    /status of 502|Unsafe attempt to initiate navigation|blocked by CORS policy|net::ERR_FAILED|^\s*$/,
});

/** As if typed, at once. */
async function run(line: string): Promise<void> {
  await browser.page.evaluate(
    (text) =>
      (
        globalThis as unknown as { slipway: { activeTerminal: { type(text: string): void } } }
      ).slipway.activeTerminal.type(text),
    `${line}\r`,
  );
}

async function startPython(): Promise<void> {
  const script = await readFile(join(import.meta.dirname, "preview-server.py"));
  const lines = script.toString("base64").match(/.{1,900}/g)!;
  await run("stty -echo; rm -f app.b64");
  for (const line of lines) await run(`echo ${line} >> app.b64`);
  await run(
    "stty echo; base64 -d app.b64 > app.py; docker run -d --name app -p 8000:8000 -v /root/app.py:/app.py python python3 /app.py; echo started=$?",
  );
  await browser.waitForText(/^started=0$/m, 120_000);
}

const offer = (port: number) =>
  browser.page.getByRole("button", { name: new RegExp(`preview of port ${port}\\b`) });

/** The container's page, within the frame that connects it. */
async function shown(port: number, page: Page = browser.page): Promise<Frame> {
  const find = () =>
    page
      .frames()
      .find((frame) => new RegExp(`^http://p${port}\\.localhost:\\d+/(?!slipway-preview)`).test(frame.url()));
  await expect.poll(() => find()?.url(), { timeout: 60_000 }).toBeDefined();
  return find()!;
}

async function openPreview(port: number): Promise<Frame> {
  await offer(port).click({ timeout: 60_000 });
  return shown(port);
}

const address = () => browser.page.getByRole("textbox", { name: "Path on the server" });
const headingOf = (frame: Frame, text: string) =>
  frame
    .getByRole("heading", { name: text })
    .waitFor({ timeout: 120_000 })
    .catch(async (cause: unknown) => {
      const there = await frame.evaluate("document.body.innerText").catch(String);
      throw new Error(`The preview does not show "${text}" but:\n${there}`, { cause });
    });

describe("a preview", () => {
  it("shows nginx from a container, and says when it is gone", async () => {
    await browser.openShell();
    await run("docker run -d --name web -p 8080:80 nginx");
    const frame = await openPreview(8080);
    await headingOf(frame, "Welcome to nginx!");
    await browser.picture("preview-nginx");
    await run("docker rm -f web; echo removed=$?");
    await browser.waitForText(/^removed=0$/m, 60_000);
    await offer(8080).waitFor({ state: "detached" });
    await browser.page.getByRole("button", { name: "Reload" }).click();
    await headingOf(await shown(8080), "The server gave no answer");
  });

  it("is a whole site: pages, styles, forms, redirects, cookies, history", async () => {
    await browser.openShell();
    await startPython();
    const frame = await openPreview(8000);
    await headingOf(frame, "Page one");
    expect(await frame.locator("#said").textContent()).toBe("localhost:8000");
    expect(await frame.locator("h1").evaluate((h1) => getComputedStyle(h1).color)).toBe("rgb(1, 2, 3)");
    await frame.getByRole("link", { name: "two" }).click();
    await headingOf(frame, "Page two");
    expect(await frame.locator("#said").textContent()).toBe("http://localhost:8000/");
    await expect.poll(() => address().inputValue()).toBe("/two");
    await frame.getByRole("button", { name: "Send" }).click();
    await headingOf(frame, "Got it");
    expect(await frame.locator("#said").textContent()).toBe("word=hello; seen=yes");
    expect(await frame.evaluate("document.cookie")).toBe("seen=yes");
    await frame.evaluate("document.cookie = 'mine=1; path=/'");
    await frame.evaluate("history.pushState({}, '', '/pushed?a=1')");
    await expect.poll(() => address().inputValue()).toBe("/pushed?a=1");
    await address().fill("/got");
    await address().press("Enter");
    await headingOf(frame, "Got it");
    await expect.poll(() => frame.locator("#said").textContent()).toBe("word=hello; seen=yes; mine=1");
    await browser.page.getByRole("button", { name: "Back", exact: true }).click();
    await headingOf(frame, "Page pushed");
    await browser.picture("preview-python");
  });

  it("passes on large files, ranges, uploads, streams, events and WebSockets", async () => {
    await browser.openShell();
    await startPython();
    const frame = await openPreview(8000);
    await headingOf(frame, "Page one");
    const size = 256 * 4096 * 12;
    expect(
      await frame.evaluate("fetch('/large').then((r) => r.arrayBuffer()).then((b) => b.byteLength)"),
    ).toBe(size);
    expect(
      await frame.evaluate(
        "fetch('/large', { headers: { Range: 'bytes=256-259' } }).then(async (r) => [r.status, r.headers.get('content-range'), [...new Uint8Array(await r.arrayBuffer())].join()])",
      ),
    ).toEqual([206, `bytes 256-259/${size}`, "0,1,2,3"]);
    expect(
      await frame.evaluate(`(async () => {
        const body = new Uint8Array(3_000_000).map((_, i) => i * 7);
        const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
        const there = await (await fetch("/digest", { method: "POST", body })).text();
        return there === [...hash].map((b) => b.toString(16).padStart(2, "0")).join("");
      })()`),
    ).toBe(true);
    // The second part is sent once the first has been read: nothing waits for the end.
    expect(
      await frame.evaluate(`(async () => {
        const reader = (await fetch("/stream")).body.pipeThrough(new TextDecoderStream()).getReader();
        const first = (await reader.read()).value;
        await fetch("/go");
        return first + (await reader.read()).value;
      })()`),
    ).toBe("first;second;");
    expect(
      await frame.evaluate(`new Promise((resolve) => {
        const said = [];
        const source = new EventSource("/events");
        source.onmessage = ({ data }) => said.push(data) === 3 && (source.close(), resolve(said));
      })`),
    ).toEqual(["event 0", "event 1", "event 2"]);
    expect(
      await frame.evaluate(`new Promise((resolve) => {
        const socket = new WebSocket("ws://" + location.host + "/socket", ["echo"]);
        socket.binaryType = "arraybuffer";
        const said = [socket instanceof EventTarget, socket.readyState];
        socket.onopen = () => { said.push(socket.protocol); socket.send("a".repeat(300)); socket.send(new Uint8Array([1, 2, 255])); };
        socket.onmessage = ({ data }) => {
          said.push(typeof data === "string" ? data.length : [...new Uint8Array(data)].join());
          if (typeof data !== "string") socket.close(3001, "done");
        };
        socket.onclose = ({ code, reason, wasClean }) => resolve([...said, code, reason, wasClean]);
      })`),
    ).toEqual([true, 0, "echo", 300, "1,2,255", 3001, "done", true]);
  });

  it("opens in a tab of its own, beside another", async () => {
    await browser.openShell();
    await run("docker run -d --name web -p 8080:80 nginx");
    await headingOf(await openPreview(8080), "Welcome to nginx!");
    const opened = browser.page.waitForEvent("popup");
    await browser.page.getByRole("button", { name: "Open in a new tab" }).click();
    const tab = await opened;
    await headingOf(await shown(8080, tab), "Welcome to nginx!");
    await tab.getByRole("button", { name: "Reload" }).click();
    await headingOf(await shown(8080, tab), "Welcome to nginx!");
  });

  it("is offered for a program of the machine's own that listens", async () => {
    await browser.openShell();
    await run("docker run -d --name host --network host nginx");
    await headingOf(await openPreview(80), "Welcome to nginx!");
  });

  it("reaches nothing of the application", async () => {
    await browser.openShell();
    await run("docker run -d --name web -p 8080:80 nginx");
    const frame = await openPreview(8080);
    await headingOf(frame, "Welcome to nginx!");
    await browser.page.evaluate("localStorage.setItem('secret', 'of the application')");
    const app = browser.url;
    const reached = (await frame.evaluate(`(async () => {
      const attempt = async (act) => { try { return await act(); } catch (error) { return error.name; } };
      const app = ${JSON.stringify(app)};
      return {
        storage: await attempt(() => localStorage.getItem("secret")),
        files: await attempt(async () => { const names = []; for await (const name of (await navigator.storage.getDirectory()).keys()) names.push(name); return names; }),
        caches: (await attempt(() => caches.keys())).filter?.((name) => !name.startsWith("slipway-preview-")),
        workers: (await navigator.serviceWorker.getRegistrations()).map((each) => new URL(each.scope).origin === location.origin),
        foreignWorker: await attempt(() => navigator.serviceWorker.register(app + "service-worker.js", { scope: app }).then(() => "registered")),
        topDocument: await attempt(() => String(top.document)),
        topSlipway: await attempt(() => String(top.slipway)),
        topLocation: await attempt(() => { top.location = "about:blank#taken"; return "navigated"; }),
        opener: String(opener), topOpener: await attempt(() => String(top.opener)),
        fetched: await attempt(() => fetch(app + "assets/machine.json").then((r) => r.status)),
      };
    })()`)) as Record<string, unknown>;
    expect(reached).toEqual({
      storage: null,
      files: [],
      caches: [],
      workers: [true],
      foreignWorker: "SecurityError",
      topDocument: "SecurityError",
      topSlipway: "SecurityError",
      topLocation: "SecurityError",
      opener: "null",
      topOpener: "null",
      fetched: "TypeError",
    });
    // The page around it knows this origin only as one that asks for its own port.
    expect(browser.page.url()).toBe(app);
  });
});
