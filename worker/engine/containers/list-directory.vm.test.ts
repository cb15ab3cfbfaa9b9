// A container's directories on the real machine, while it runs and while it does not.

import { beforeAll, describe, expect, it } from "vitest";
import { useRealMachine } from "../../testing/real-machine-node.ts";

const machine = useRealMachine();
const list = (container: string, path: string) => machine().sandbox.listFiles(container, path);
const names = async (container: string, path: string) =>
  (await list(container, path)).entries.map(({ name }) => name);

beforeAll(async () => {
  await machine().output(
    "docker run -d --name on -v data:/data busybox sh -c 'mkdir -p /tmp/a/b; echo 12345 > /tmp/a/f; ln -s /tmp/a /tmp/link; ln -s ../../../../etc /tmp/out; ln -s /tmp/loop /tmp/loop; echo x > /data/kept; sleep 1000'",
  );
  await machine().output("until docker exec on test -e /data/kept; do :; done");
  await machine().output("docker create --name off -v data:/data busybox true");
});

describe("listDirectory()", () => {
  it("lists a container that runs, directories first", async () => {
    const { path, entries, truncated } = await list("on", "/tmp/a/");
    expect(path).toBe("/tmp/a");
    expect(truncated).toBe(false);
    expect(entries.map(({ name, kind }) => `${kind} ${name}`)).toEqual(["directory b", "file f"]);
    expect(entries[1]).toMatchObject({ sizeBytes: 6, mode: 0o644 });
  });

  it("resolves symlinks inside the container and never leaves it", async () => {
    expect((await list("on", "/tmp/link/b")).path).toBe("/tmp/a/b");
    const outside = await list("on", "/tmp/out");
    expect(outside.path).toBe("/etc");
    expect(outside.entries.map(({ name }) => name)).not.toContain("lxc");
  });

  it("lists a container that does not run, and its volumes", async () => {
    expect(await names("off", "/")).toContain("bin");
    expect(await list("off", "/data")).toMatchObject({ path: "/data", entries: [{ name: "kept" }] });
    expect((await machine().run("docker start -a off")).code).toBe(0);
  });

  it("says what is not there, in Docker's words", async () => {
    await expect(list("on", "/nowhere")).rejects.toMatchObject({
      code: "not-found",
      message: "Could not find the file /nowhere in container on",
    });
    await expect(list("on", "/tmp/loop")).rejects.toMatchObject({ code: "invalid-argument" });
    await expect(list("nobody", "/")).rejects.toMatchObject({ message: "No such container: nobody" });
  });

  it("refuses a file", async () => {
    await expect(list("on", "/tmp/a/f")).rejects.toMatchObject({ code: "invalid-argument" });
  });
});
