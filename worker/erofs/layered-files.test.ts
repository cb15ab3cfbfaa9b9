import { describe, expect, it } from "vitest";
import { readText } from "../base/streams.ts";
import { LayeredFiles } from "./layered-files.ts";
import { file, imageOf, other } from "./testing/test-image.ts";

describe("LayeredFiles", () => {
  const layers = async () => {
    const bottom = await imageOf([
      file("usr/bin/tool", "old"),
      other("bin", "symlink", { linkPath: "usr/bin" }),
      other("abs", "symlink", { linkPath: "/../usr/./bin/" }),
      other("loop", "symlink", { linkPath: "loop" }),
      file("etc/passwd", "bottom"),
      file("etc/gone", "x"),
      file("hidden/a", "x"),
      file("was-dir/a", "x"),
      other("tmp", "directory", { mode: 0o1777 }),
    ]);
    const top = await imageOf([
      other("etc", "directory", { mode: 0o700 }),
      file("etc/.wh.gone", ""),
      file("hidden/.wh..wh..opq", ""),
      file("hidden/b", "y"),
      file("was-dir", "file"),
      file("usr/bin/tool", "new"),
    ]);
    return new LayeredFiles([top.reader, bottom.reader]);
  };

  it("sees the topmost of each name, whiteouts and opaque directories applied", async () => {
    const files = await layers();
    const read = async (path: string) => {
      const found = await files.find(path);
      return found && (await readText(found.content()));
    };
    expect(await read("etc/passwd")).toBe("bottom");
    expect(await read("usr/bin/tool")).toBe("new");
    expect(await read("hidden/b")).toBe("y");
    for (const path of ["etc/gone", "hidden/a", "was-dir/a", "nothing", "etc/passwd/x"]) {
      expect(await files.find(path)).toBeUndefined();
    }
    expect((await files.find("etc"))!.entry.mode).toBe(0o700);
  });

  it("follows symlinks in the way, and at the end when asked to", async () => {
    const files = await layers();
    for (const path of ["bin/tool", "abs/tool", "/bin/../bin/tool"]) {
      expect(await readText((await files.resolve(path))!.content())).toBe("new");
    }
    expect((await files.find("bin"))!.entry.type).toBe("symlink");
    expect((await files.resolve("bin"))!.entry).toMatchObject({ type: "directory", path: "usr/bin" });
    expect(await files.resolve("loop")).toBeUndefined();
  });

  it("gives a layer what its tar leaves out", async () => {
    const lower = await layers();
    const { reader } = await imageOf(
      [
        other("copy", "hardlink", { linkPath: "bin/tool" }),
        file("tmp/x", "x"),
        file("bin/sub/more", "m"),
        file("abs/q", "q"),
      ],
      { lower },
    );
    expect(await readText((await reader.find("copy"))!.content())).toBe("new");
    expect((await reader.find("tmp"))!.entry.mode).toBe(0o1777);
    expect(await readText((await reader.find("usr/bin/sub/more"))!.content())).toBe("m");
    expect(await readText((await reader.find("usr/bin/q"))!.content())).toBe("q");
    expect(await reader.find("bin")).toBeUndefined();
  });
});
