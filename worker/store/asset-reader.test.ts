import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { AssetReader } from "./asset-reader.ts";
import { FetchAssets } from "./fetch-assets.ts";
import { FileAssets } from "./file-assets-node.ts";

const directory = mkdtempSync(join(tmpdir(), "assets-"));
writeFileSync(join(directory, "a-1.bin"), Uint8Array.of(1, 2, 3, 4));
afterAll(() => rmSync(directory, { recursive: true }));

const served: string[] = [];
const overHttp = new FetchAssets(new URL("http://site.test/app/assets/"), async (url) => {
  served.push(url.href);
  if (!url.pathname.endsWith("/app/assets/a-1.bin")) return new Response("no", { status: 404 });
  return new Response(Uint8Array.of(1, 2, 3, 4));
});

describe.each<[string, AssetReader]>([
  ["FetchAssets", overHttp],
  ["FileAssets", new FileAssets(directory)],
])("%s", (_name, assets) => {
  it("reads exactly what it is asked for", async () => {
    expect([...(await assets.read("a-1.bin", 0, 4))]).toEqual([1, 2, 3, 4]);
    expect([...(await assets.read("a-1.bin", 1, 2))]).toEqual([2, 3]);
  });

  it("rejects when it cannot", async () => {
    await expect(assets.read("a-1.bin", 2, 3)).rejects.toThrow(/a-1\.bin/);
    await expect(assets.read("b.bin", 0, 1)).rejects.toThrow();
    await expect(assets.read("../secret", 0, 1)).rejects.toThrow();
  });
});

it("FetchAssets never leaves its folder", () => {
  expect(served.every((url) => url.startsWith("http://site.test/app/assets/"))).toBe(true);
});
