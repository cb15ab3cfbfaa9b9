import { describe, expect, it } from "vitest";
import { EngineError } from "../base/errors.ts";
import { FakeSession, type FakeSessionOptions } from "../cli/testing/fake-session.ts";
import { type MakeRoot, withImageRootfs } from "./image-rootfs.ts";

async function call(
  words: readonly string[],
  makeRoot: MakeRoot = async () => {},
  options: FakeSessionOptions = {},
) {
  const calls: string[][] = [];
  const session = new FakeSession(async () => ({ status: 500, headers: {}, body: null }), words, options);
  const run = withImageRootfs(
    async () => 99,
    async (image, target, onProgress) => {
      calls.push([image, target]);
      await makeRoot(image, target, onProgress);
    },
  );
  const code = await run(session);
  return { code, calls, out: session.out, err: session.err };
}

describe("withImageRootfs()", () => {
  it("leaves every other command to the command line", async () => {
    expect(await call(["ps"])).toEqual({ code: 99, calls: [], out: "", err: "" });
    expect((await call([])).code).toBe(99);
  });

  it("takes the folder as the caller means it", async () => {
    expect((await call(["__image-rootfs", "debian", "/x"])).calls).toEqual([["debian", "/x"]]);
    expect((await call(["__image-rootfs", "debian", "x"])).calls).toEqual([["debian", "/home/me/x"]]);
  });

  it("tells of a failure in the engine's words", async () => {
    const failed = await call(["__image-rootfs", "debian", "/x"], async () => {
      throw new EngineError("out-of-space", "no space left on device");
    });
    expect(failed).toMatchObject({ code: 1, err: "no space left on device\n" });
  });

  it.each<[string, FakeSessionOptions, string]>([
    ["in place on a terminal", { terminal: { columns: 80, rows: 24 } }, "\r\x1b[K1kB/4kB\r\x1b[K"],
    ["as lines for a program", { environment: { SLIPWAY_PROGRESS: "bytes" } }, "bytes 1000 4000\n"],
    ["to nobody else", {}, ""],
  ])("tells how far it is %s", async (_where, options, out) => {
    const halfway: MakeRoot = async (_image, _target, onProgress) => onProgress(1000, 4000);
    expect(await call(["__image-rootfs", "debian", "/x"], halfway, options)).toMatchObject({ code: 0, out });
  });

  it("asks for an image and a folder", async () => {
    for (const words of [[], ["debian"], ["debian", ""], ["debian", "/x", "more"]])
      expect(await call(["__image-rootfs", ...words])).toEqual({
        code: 2,
        calls: [],
        out: "",
        err: "Usage: image-rootfs IMAGE FOLDER\n",
      });
  });
});
