// A room without internet: the page was visited once, the network is gone, and Docker runs all the same; and the site's folder, carried there on a
// stick, is served by whatever serves files.

import { spawn } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { builtSite } from "../site.ts";
import type { StaticServer } from "../static-server.ts";
import { useVisit } from "../use-visit.ts";
import { BROWSERS } from "../visit.ts";

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const act of cleanUp.splice(0)) await act();
});

/** Python's own server of files: no compression, no caching headers, no ranges. */
async function pythonServer(folder: string): Promise<StaticServer> {
  const python = spawn("python3", ["-u", "-m", "http.server", "0", "--bind", "127.0.0.1"], { cwd: folder });
  const ended = new Promise<void>((resolve) => python.once("exit", () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    let said = "";
    python.stdout.on("data", (bytes) => {
      said += String(bytes);
      const port = /port (\d+)/.exec(said)?.[1];
      if (port !== undefined) resolve(`http://127.0.0.1:${port}/`);
    });
    python.once("error", reject);
    python.once("exit", () => reject(new Error(`python3 ended: ${said}`)));
  });
  python.stderr.resume();
  return {
    url,
    serve: () => {},
    slowDown: () => {},
    sending: 0,
    close: () => {
      python.kill();
      return ended;
    },
  };
}

describe.each(BROWSERS)("a room without internet, in %s", (browserName) => {
  const visit = useVisit(builtSite, browserName, {
    // The server is gone: what asks for a newer version says so.
    expectedErrors: /ERR_|NetworkError|service-worker|ServiceWorker|Failed to (?:fetch|load)|update a/i,
  });

  it("has everything that one visit has kept", async () => {
    await visit.openShell();
    await visit.run("echo here > note; sync");
    await visit.press("Shift+F1");
    await visit.click("button", "Make available offline");
    await visit.read("works without a network now", 240_000);
    await visit.picture("offline-1-kept");
    expect(await visit.axe()).toEqual([]);
    visit.serve(undefined);
    await visit.reload();
    await visit.prompt();
    expect(await visit.run("cat note; docker run --rm python python3 -c 'print(6*7)'")).toMatch(
      /^here\n[\s\S]*^42$/m,
    );
    await visit.run("docker run -d --name web -p 8080:80 nginx");
    expect(
      await visit.run(
        "until docker run --rm busybox wget -qO- http://172.17.0.2 | grep title; do sleep 1; done",
      ),
    ).toContain("Welcome to nginx!");
    await visit.picture("offline-2-runs");
    expect(await visit.axe()).toEqual([]);
  });

  it("takes the site from a folder that any server serves", async () => {
    const folder = await mkdtemp(join(tmpdir(), "slipway-stick-"));
    cleanUp.push(() => rm(folder, { recursive: true }));
    await cp(await builtSite(), join(folder, "tools/slipway"), { recursive: true });
    const server = await pythonServer(folder);
    await visit.open({ server, query: "tools/slipway/" });
    await visit.prompt();
    expect(await visit.run("docker run --rm busybox echo carried")).toMatch(/^carried$/m);
    await visit.picture("offline-3-carried");
    expect(await visit.axe()).toEqual([]);
  });
});
