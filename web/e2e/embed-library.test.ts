// examples/vite-app: the npm package in an application that is bundled and serves the machine's files itself.

import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { SlipwayBrowser } from "./browser.ts";
import { packageExample } from "./package-example.ts";

const PATIENCE = { timeout: 120_000, interval: 200 };

let browser: SlipwayBrowser;

beforeAll(async () => {
  const example = await packageExample("vite-app");
  await example.script("build");
  browser = await SlipwayBrowser.open(join(example.folder, "dist"));
}, 400_000);

afterAll(() => browser?.close());

/** In the page, with the sandbox that the example leaves to play with. */
const inPage = <Result>(body: (sandbox: Sandbox) => Promise<Result>): Promise<Result> =>
  browser.page.evaluate(`(${body})(globalThis.sandbox)`);

describe("the npm package in a Vite app", () => {
  it("serves a mounted tree from a container, and tells the address for a frame", async () => {
    const { page } = browser;
    await expect.poll(() => page.locator("#state").textContent(), PATIENCE).toMatch(/^Port \d+ is open\.$/);
    const served = page.frameLocator("#preview").frameLocator("iframe");
    await served.getByRole("heading", { name: "Hello from the mounted tree" }).waitFor({ timeout: 90_000 });
  });

  it("runs programs: arguments, input, environment, folder, exit code, kill", async () => {
    const told = await inPage(async (sandbox) => {
      const textOf = async (stream: ReadableStream<string>) => {
        const parts: string[] = [];
        for await (const part of stream) parts.push(part);
        return parts.join("");
      };
      const words = await sandbox.spawn("printf", ["[%s]", "a b", "$HOME", "it's"]);
      const cat = await sandbox.spawn("sh", ["-c", 'pwd; echo "$WHO"; cat; echo oh >&2; exit 3'], {
        cwd: "docs",
        env: { WHO: "me" },
      });
      const writer = cat.input.getWriter();
      await writer.write("typed\n");
      await writer.close();
      const sleep = await sandbox.spawn("sleep", ["1000"]);
      sleep.kill();
      const missing = await sandbox.spawn("no-such-program");
      return {
        words: await textOf(words.output),
        cat: await textOf(cat.output),
        codes: [await words.exit, await cat.exit, await sleep.exit, await missing.exit],
        afterKill: await textOf(sleep.output),
      };
    });
    expect(told).toEqual({
      words: "[a b][$HOME][it's]",
      cat: "/root/project/docs\nme\ntyped\noh\n",
      codes: [0, 3, 137, 127],
      afterKill: "",
    });
  });

  it("gives a program a terminal, and another size", async () => {
    const text = await inPage(async (sandbox) => {
      const shell = await sandbox.spawn("bash", ["-c", "stty size; read -r line; stty size; exit 4"], {
        terminal: { cols: 100, rows: 30 },
      });
      const reader = shell.output.getReader();
      let shown = "";
      while (!shown.includes("30 100")) shown += (await reader.read()).value;
      shell.resize({ cols: 90, rows: 20 });
      const writer = shell.input.getWriter();
      await writer.write("go\r");
      for (let part = await reader.read(); !part.done; part = await reader.read()) shown += part.value;
      return `${shown}exit ${await shell.exit}`;
    });
    expect(text).toBe("30 100\r\ngo\r\n20 90\r\nexit 4");
  });

  it("reads, writes, lists, renames and removes files, with Node's errors", async () => {
    const told = await inPage(async ({ fs }) => {
      const failure = (promise: Promise<unknown>) =>
        promise.then(
          () => "done",
          (error: { code: string; message: string }) => [error.code, error.message],
        );
      await fs.mkdir("deep/er", { recursive: true });
      await fs.writeFile("deep/it's.txt", "text\n");
      await fs.writeFile("deep/bytes", new Uint8Array([0, 255, 10]));
      const bytes = [...(await fs.readFile("deep/bytes"))];
      const text = await fs.readFile("/root/project/deep/it's.txt", "utf-8");
      const listed = await fs.readdir("deep", { withFileTypes: true });
      const kinds = listed.map((entry) => [entry.name, entry.isFile(), entry.isDirectory()]).sort();
      await fs.rename("deep/bytes", "deep/er/moved");
      const names = await fs.readdir("deep/er");
      const failures = [
        await failure(fs.readFile("nothing")),
        await failure(fs.readdir("deep/it's.txt")),
        await failure(fs.mkdir("deep")),
        await failure(fs.rm("deep")),
        await failure(fs.writeFile("no/where", "")),
      ];
      await fs.rm("deep", { recursive: true });
      await fs.rm("deep", { force: true });
      return { bytes, text, kinds, names, failures, left: (await fs.readdir(".")).sort() };
    });
    expect(told).toEqual({
      bytes: [0, 255, 10],
      text: "text\n",
      kinds: [
        ["bytes", true, false],
        ["er", false, true],
        ["it's.txt", true, false],
      ],
      names: ["moved"],
      failures: [
        ["ENOENT", "ENOENT: no such file or directory, open 'nothing'"],
        ["ENOTDIR", "ENOTDIR: not a directory, scandir 'deep/it's.txt'"],
        ["EEXIST", "EEXIST: file exists, mkdir 'deep'"],
        ["EISDIR", "EISDIR: is a directory, rm 'deep'"],
        ["ENOENT", "ENOENT: no such file or directory, open 'no/where'"],
      ],
      left: ["docs", "index.html"],
    });
  });

  it("watches folders, also those that come later, until it is closed", async () => {
    const told = await inPage(async ({ fs }) => {
      await fs.mkdir("watched");
      const seen: string[] = [];
      const heard = (wanted: string) =>
        new Promise<void>((resolve) => {
          const look = setInterval(() => {
            if (!seen.includes(wanted)) return;
            clearInterval(look);
            resolve();
          }, 20);
        });
      const watcher = fs.watch("watched", { recursive: true }, (event, path) =>
        seen.push(`${event} ${path}`),
      );
      await watcher.ready;
      await fs.mkdir("watched/new");
      await heard("rename new");
      await fs.writeFile("watched/new/file", "text");
      await heard("change new/file");
      await fs.rename("watched/new/file", "watched/file");
      await heard("rename file");
      watcher.close();
      await fs.rm("watched", { recursive: true });
      const missing = fs.watch("nothing", () => {});
      const refused = await missing.ready.catch((error: Error) => error.message);
      return { first: seen[0], refused };
    });
    expect(told.first).toBe("rename new");
    expect(told.refused).toBe("/root/project/nothing: No such file or directory");
  });

  it("exports what it mounted, as a tree, as an archive and as a zip", async () => {
    const told = await inPage(async (sandbox) => {
      const tree = await sandbox.export(".");
      const some = await sandbox.export(".", { includes: ["**/*.txt"], excludes: ["index.html"] });
      const archive = await sandbox.export("docs", { format: "binary" });
      await sandbox.mount(archive, { mountPoint: "copy/docs" });
      const copy = await sandbox.fs.readFile("copy/docs/notes.txt", "utf-8");
      const zip = await sandbox.export("copy", { format: "zip" });
      await sandbox.fs.rm("copy", { recursive: true });
      return { tree, some, copy, zip: String.fromCharCode(...zip.subarray(0, 2)) };
    });
    const docs = { directory: { "notes.txt": { file: { contents: "kept beside it\n" } } } };
    expect(told).toEqual({
      tree: { "index.html": { file: { contents: "<h1>Hello from the mounted tree</h1>" } }, docs },
      some: { docs },
      copy: "kept beside it\n",
      zip: "PK",
    });
  });

  it("has docker, typed and as fetch, and LXC", async () => {
    const told = await inPage(async (sandbox) => {
      const [server] = await sandbox.docker.containers.list();
      const info = await (await sandbox.docker.fetch("/info")).json();
      return { image: server!.Image, running: info.ContainersRunning, lxc: await sandbox.lxc.list() };
    });
    expect(told).toEqual({ image: "nginx", running: 1, lxc: [] });
  });

  it("tells ports that close, and ends", async () => {
    const told = await inPage(async (sandbox) => {
      const closed = new Promise<number>((resolve) => {
        sandbox.on("port", (port, type) => type === "close" && resolve(port));
      });
      const [server] = await sandbox.docker.containers.list();
      await sandbox.docker.containers.stop(server!.Id, 1);
      const port = await closed;
      const { exit } = await sandbox.spawn("sleep", ["1000"]);
      await sandbox.teardown();
      const failure = (promise: Promise<unknown>) => promise.then(String, (error: Error) => error.message);
      return {
        port: port > 1024,
        waiting: await failure(exit),
        later: await failure(sandbox.spawn("true")),
        file: await failure(sandbox.fs.readFile("index.html")),
      };
    });
    expect(told).toEqual({
      port: true,
      waiting: "The machine has been ended.",
      later: "The sandbox was torn down.",
      file: "The sandbox was torn down.",
    });
    await expect.poll(() => browser.page.workers().length, { timeout: 30_000 }).toBe(0);
    expect(browser.errors).toEqual([]);
    expect(browser.foreignRequests).toEqual([]);
  });
});
