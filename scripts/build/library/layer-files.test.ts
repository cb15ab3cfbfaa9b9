import { describe, expect, it } from "vitest";
import { tarMembers } from "../../../worker/tar/read-tar.ts";
import { type TarEntry, tarEntry } from "../../../worker/tar/tar-entry.ts";
import { type TarSource, writeTar } from "../../../worker/tar/tar-writer.ts";
import { LayerFiles } from "./layer-files.ts";

type Member = Pick<TarEntry, "path" | "type"> & { [K in keyof TarEntry]?: TarEntry[K] } & { text?: string };

function tar(...members: Member[]): ReadableStream<Uint8Array> {
  return writeTar(
    members.map(({ text = "", ...entry }): TarSource => {
      const content = Buffer.from(text);
      return { entry: tarEntry({ ...entry, sizeBytes: content.byteLength }), content };
    }),
  );
}

async function listed(layer: LayerFiles): Promise<string[]> {
  const lines: string[] = [];
  for await (const { entry } of tarMembers(layer.toTar())) {
    lines.push(`${entry.type} ${entry.path}${entry.linkPath ? ` > ${entry.linkPath}` : ""}`);
  }
  return lines;
}

describe("addTar()", () => {
  it("moves bin, sbin and lib into usr, tells members as the package has them, and keeps the links", async () => {
    const layer = new LayerFiles();
    layer.folder("usr/bin");
    layer.link("bin", "usr/bin");
    const seen: string[] = [];
    await layer.addTar(
      tar(
        { path: "./", type: "directory" },
        { path: "./bin/", type: "directory" },
        { path: "./bin/sh", type: "file", text: "x" },
        { path: "./bin/ash", type: "hardlink", linkPath: "./bin/sh" },
      ),
      (path) => seen.push(path),
    );
    expect(seen).toEqual(["", "bin", "bin/sh", "bin/ash"]);
    expect(await listed(layer)).toEqual([
      "symlink bin > usr/bin",
      "directory usr/bin/",
      "file usr/bin/sh",
      "hardlink usr/bin/ash > usr/bin/sh",
    ]);
  });

  it("rejects a hard link to what is not there", async () => {
    const link = tar({ path: "a", type: "hardlink", linkPath: "b" });
    await expect(new LayerFiles().addTar(link)).rejects.toThrow(/which is not there/);
  });
});

describe("applyChanges()", () => {
  it("replaces, removes own files, and hides files of the layers below", async () => {
    const layer = new LayerFiles();
    layer.putText("etc/own", "1");
    layer.putText("etc/kept", "1");
    layer.put({ path: "var/old", type: "directory" });
    layer.putText("var/old/file", "1");
    const whiteout = { type: "char", deviceMajor: 0, deviceMinor: 0 } as const;
    await layer.applyChanges(
      tar(
        { path: "upper/", type: "directory" },
        { path: "upper/etc/", type: "directory", mtimeSec: 5000 },
        { path: "upper/etc/own", ...whiteout },
        { path: "upper/etc/below", type: "hardlink", linkPath: "upper/etc/own" },
        { path: "upper/etc/new", type: "file", text: "new", mtimeSec: 10, userName: "root" },
        { path: "upper/etc/new-link", type: "hardlink", linkPath: "upper/etc/new" },
        {
          path: "upper/var/old/",
          type: "directory",
          xattrs: new Map([["trusted.overlay.opaque", Buffer.from("y")]]),
        },
      ),
      1000,
    );
    expect(await listed(layer)).toEqual([
      "directory etc/",
      "file etc/.wh.below",
      "file etc/kept",
      "file etc/new",
      "directory var/old/",
      "hardlink etc/new-link > etc/new",
    ]);
    expect(layer.get("etc")?.entry.mtimeSec).toBe(1000);
    expect(layer.get("etc/new")?.entry.userName).toBe("");
    expect(layer.get("var/old")?.entry.xattrs.size).toBe(0);
  });
});

describe("toTar()", () => {
  it("does not depend on the order in which files were added", async () => {
    const one = new LayerFiles();
    one.putText("b", "2");
    one.putText("a", "1");
    const two = new LayerFiles();
    two.putText("a", "1");
    two.putText("b", "2");
    const bytes = async (layer: LayerFiles) => Buffer.from(await new Response(layer.toTar()).arrayBuffer());
    expect((await bytes(one)).equals(await bytes(two))).toBe(true);
  });
});
