// What a first visit fetches of the application's own code: no panels, and little of the rest.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { SlipwayBrowser } from "./browser.ts";
import { builtSite } from "./site.ts";

const MOST_BYTES = 250_000;
const require = createRequire(import.meta.url);

const packed = async (path: string) => gzipSync(await readFile(path)).byteLength;

describe("the first load", () => {
  it("is at most 250 KB of code, compressed, besides the emulator and the terminal", async () => {
    const site = await builtSite();
    const fetched: string[] = [];
    const browser = await SlipwayBrowser.open(site, {
      prepare: async (page) => {
        page.context().on("request", (request) => fetched.push(new URL(request.url()).pathname));
      },
    });
    try {
      await browser.waitForShell();
      const code = [...new Set(fetched)].filter((path) => /\.(js|css)$/.test(path));
      expect(code.some((path) => /main-/.test(path))).toBe(true);
      expect(code.filter((path) => /panel|docker|palette/.test(path))).toEqual([]);
      const sizes = await Promise.all(code.map((path) => packed(site + path)));
      const libraries = await Promise.all(
        ["v86/build/libv86.mjs", "@xterm/xterm/lib/xterm.mjs", "@xterm/addon-webgl"].map((name) =>
          packed(require.resolve(name)),
        ),
      );
      const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
      expect(sum(sizes) - sum(libraries)).toBeLessThanOrEqual(MOST_BYTES);
    } finally {
      await browser.close();
    }
  });
});
