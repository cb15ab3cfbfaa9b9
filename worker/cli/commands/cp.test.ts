import { describe, expect, it } from "vitest";
import { readAll } from "../../base/streams.ts";
import { tarMembers } from "../../tar/read-tar.ts";
import { tarEntry } from "../../tar/tar-entry.ts";
import { writeTar } from "../../tar/tar-writer.ts";
import { FakeApi } from "../testing/fake-api.ts";
import { FakeSession } from "../testing/fake-session.ts";

const bytes = new TextEncoder().encode("hello");
const tree = () =>
  writeTar([
    { entry: tarEntry({ path: "conf", type: "directory" }) },
    { entry: tarEntry({ path: "conf/a", type: "file", sizeBytes: 5 }), content: bytes },
    { entry: tarEntry({ path: "conf/b", type: "hardlink", linkPath: "conf/a" }) },
    { entry: tarEntry({ path: "conf/c", type: "symlink", linkPath: "conf/a" }) },
  ]);
const statOf = (mode: number) => ({
  "X-Docker-Container-Path-Stat": btoa(JSON.stringify({ name: "conf", mode })),
});
const DIRECTORY = 0x8000_01ed;
const FILE = 0o644;

async function names(tar: ReadableStream<Uint8Array>): Promise<string[]> {
  const found: string[] = [];
  for await (const { entry } of tarMembers(tar))
    found.push(`${entry.path}${entry.linkPath && `->${entry.linkPath}`}`);
  return found;
}

async function copy(api: FakeApi, from: string, to: string, files: Record<string, string> = {}) {
  const session = new FakeSession(api.handler, ["cp", from, to], { files, stdin: "TAR" });
  const written: { directory: string; names: string[] }[] = [];
  Object.assign(session.files, {
    readTree: async () => tree(),
    writeTree: async (directory: string, tar: ReadableStream<Uint8Array>) => {
      written.push({ directory, names: await names(tar) });
    },
  });
  return { ...(await session.run()), written };
}

describe("docker cp from a container", () => {
  const api = (mode: number) =>
    new FakeApi().on("GET /containers/web/archive", () => ({ stream: tree(), headers: statOf(mode) }));

  it("lands in a directory under its own name", async () => {
    const { code, written } = await copy(api(DIRECTORY), "web:/etc/conf", "there", {
      "/home/me/there/x": "",
    });
    expect(code).toBe(0);
    expect(written).toEqual([
      { directory: "/home/me/there", names: ["conf/", "conf/a", "conf/b->conf/a", "conf/c->conf/a"] },
    ]);
  });

  it("gets the name that is not there yet", async () => {
    const { written } = await copy(api(DIRECTORY), "web:/etc/conf", "new", { "/home/me/x": "" });
    expect(written).toEqual([
      { directory: "/home/me", names: ["new/", "new/a", "new/b->new/a", "new/c->conf/a"] },
    ]);
  });

  it("goes to stdout as it is", async () => {
    expect((await copy(api(DIRECTORY), "web:/etc/conf", "-")).out.length).toBe(
      (await readAll(tree())).byteLength,
    );
  });

  it.each([
    ["a file over a directory's place", DIRECTORY, "x", "cannot copy directory\n"],
    ["a directory that is not there", FILE, "nope/", "no such directory\n"],
    [
      "a folder that is not there",
      FILE,
      "nope/x",
      'invalid output path: directory "/home/me/nope" does not exist\n',
    ],
  ])("refuses %s", async (_, mode, to, err) => {
    expect(await copy(api(mode), "web:/etc/conf", to, { "/home/me/x": "" })).toMatchObject({
      code: 1,
      err,
      written: [],
    });
  });
});

describe("docker cp into a container", () => {
  const api = (mode: number | undefined) => {
    const fake = new FakeApi().on("PUT /containers/web/archive", { status: 200 });
    return mode === undefined
      ? fake
      : fake.on("HEAD /containers/web/archive", { status: 200, headers: statOf(mode) });
  };

  it("puts a tree into a directory, or renames it", async () => {
    const into = api(DIRECTORY);
    expect((await copy(into, "conf", "web:/etc", { "/home/me/conf/a": "" })).code).toBe(0);
    expect(into.request("PUT /containers/web/archive").query).toEqual({
      path: "/etc",
      noOverwriteDirNonDir: "true",
    });
    const renamed = api(undefined);
    expect((await copy(renamed, "conf", "web:/etc/new", { "/home/me/conf/a": "" })).code).toBe(0);
    expect(renamed.request("PUT /containers/web/archive").query.path).toBe("/etc");
    expect(renamed.request("PUT /containers/web/archive").body).toContain("new/a");
  });

  it("takes an archive from stdin for a directory only", async () => {
    const into = api(DIRECTORY);
    await copy(into, "-", "web:/etc");
    expect(into.request("PUT /containers/web/archive").body).toBe("TAR");
    expect((await copy(api(FILE), "-", "web:/x")).err).toBe('destination "web:/x" must be a directory\n');
  });

  it.each([
    ["a", "b", "must specify at least one container source\n"],
    ["web:/a", "web:/b", "copying between containers is not supported\n"],
    ["nope", "web:/b", "lstat /home/me/nope: no such file or directory\n"],
  ])("refuses %s to %s", async (from, to, err) => {
    expect(await copy(api(DIRECTORY), from, to)).toMatchObject({ code: 1, err });
  });
});
