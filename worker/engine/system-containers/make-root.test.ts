import { describe, expect, it } from "vitest";
import { testEngine } from "../testing/test-engine.ts";
import { makeRoot } from "./make-root.ts";

describe("makeRoot()", () => {
  it("copies the layers of an image that is here", async () => {
    const { engine, runtime } = await testEngine();
    const told: number[][] = [];
    await makeRoot(engine, "busybox", "/var/lib/lxc/web/rootfs", (...bytes) => told.push(bytes));
    expect(runtime.calls).toContain("copyLayers  /var/lib/lxc/web/rootfs");
    const { sizeBytes } = await engine.images.inspect("busybox");
    expect(told).toEqual([[Math.min(1000, sizeBytes), sizeBytes]]);
  });

  it("pulls an image that is not", async () => {
    const { engine, images, runtime } = await testEngine();
    images.pullable.set("debian:12", {});
    await makeRoot(engine, "debian:12", "/x");
    expect(runtime.calls).toContain("copyLayers  /x");
    expect((await images.list()).map(({ repoTags }) => repoTags[0])).toContain("debian:12");
  });

  it("tells in the words of a pull when there is none, and copies nothing", async () => {
    const { engine, runtime } = await testEngine();
    await expect(makeRoot(engine, "nosuch", "/x")).rejects.toMatchObject({
      code: "not-found",
      message: expect.stringContaining("manifest for nosuch not found"),
    });
    expect(runtime.calls.filter((call) => call.startsWith("copyLayers"))).toEqual([]);
  });

  it("takes no relative path", async () => {
    const { engine } = await testEngine();
    await expect(makeRoot(engine, "busybox", "x")).rejects.toMatchObject({ code: "invalid-argument" });
  });
});
