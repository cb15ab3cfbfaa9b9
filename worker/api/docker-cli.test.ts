// The real docker client against the API on a unix socket, with the fake runtime behind it.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { testEngine } from "../engine/testing/test-engine.ts";
import { createApi } from "./api.ts";
import { listenOnSocket, type SocketServer } from "./socket-server-node.ts";

const DOCKER = ["/usr/local/bin/docker", "/usr/bin/docker"].find((path) => existsSync(path));
if (!DOCKER) console.warn("skipped: there is no docker client on this machine");

describe.skipIf(!DOCKER)("docker client", { timeout: 30_000 }, () => {
  let folder: string;
  let server: SocketServer;
  let parts: Awaited<ReturnType<typeof testEngine>>;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "api-"));
    parts = await testEngine();
    server = await listenOnSocket({ path: join(folder, "docker.sock") }, createApi(parts.engine));
  });

  afterEach(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  function start(...words: string[]) {
    const child = spawn(DOCKER ?? "", words, {
      env: { DOCKER_HOST: server.url, HOME: folder, PATH: "/usr/bin:/bin" },
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (bytes) => {
      stdout += bytes;
    });
    child.stderr.on("data", (bytes) => {
      stderr += bytes;
    });
    const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
      child.on("close", (code) => resolve({ code, stdout, stderr }));
    });
    return { child, ended, output: () => stdout };
  }

  function docker(...words: string[]) {
    const { child, ended } = start(...words);
    child.stdin.end();
    return ended;
  }

  it("runs a container and passes output, streams and exit code", async () => {
    expect(await docker("run", "--rm", "busybox", "echo", "hi")).toEqual({
      code: 0,
      stdout: "hi\n",
      stderr: "",
    });
    expect(await docker("run", "busybox", "both")).toEqual({
      code: 3,
      stdout: "to stdout\n",
      stderr: "to stderr\n",
    });
    expect((await docker("ps", "-aq")).stdout.split("\n")).toHaveLength(2);
  });

  it("half-closes stdin and still receives the output", async () => {
    const { child, ended } = start("run", "-i", "--rm", "busybox", "cat");
    child.stdin.end("over the pipe\n");
    expect(await ended).toEqual({ code: 0, stdout: "over the pipe\n", stderr: "" });
  });

  it("says what cannot be run in Docker's words, with 127, 126 and 125", async () => {
    const missing = await docker("run", "--rm", "busybox", "foo");
    expect(missing.code).toBe(127);
    expect(missing.stderr).toContain(
      'docker: Error response from daemon: failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "foo": executable file not found in $PATH: unknown',
    );
    expect((await docker("run", "--rm", "busybox", "/etc/passwd")).code).toBe(126);
    const unknown = await docker("run", "--rm", "--cap-add", "nonsense", "busybox", "true");
    expect(unknown.code).toBe(125);
    expect(unknown.stderr).toContain('invalid CapAdd: unknown capability: "CAP_NONSENSE"');
    expect((await docker("ps", "-aq")).stdout).toBe("");
  });

  it("pulls what is missing, or says that it is not there", async () => {
    parts.images.pullable.set("nginx:latest", { cmd: ["echo", "from nginx"] });
    const pulled = await docker("run", "--rm", "nginx");
    expect(pulled.stdout).toBe("from nginx\n");
    expect(pulled.stderr).toContain("Unable to find image 'nginx:latest' locally");
    const absent = await docker("run", "--rm", "absent");
    expect(absent.code).toBe(125);
    expect(absent.stderr).toContain("manifest unknown");
  });

  it("runs detached, execs, logs and stops", async () => {
    const { stdout } = await docker("run", "-d", "--name", "web", "busybox", "serve");
    expect(stdout).toMatch(/^[0-9a-f]{64}\n$/);
    expect((await docker("ps", "--format", "{{.Names}} {{.State}} {{.Command}}")).stdout).toBe(
      'web running "serve"\n',
    );
    expect(await docker("exec", "web", "both")).toMatchObject({
      code: 3,
      stdout: "to stdout\n",
      stderr: "to stderr\n",
    });
    const failed = await docker("exec", "web", "foo");
    expect(failed.code).toBe(127);
    expect(failed.stdout).toContain(
      'OCI runtime exec failed: exec failed: unable to start container process: exec: "foo": executable file not found in $PATH: unknown',
    );
    const input = start("exec", "-i", "web", "cat");
    input.child.stdin.end("exec input");
    expect(await input.ended).toMatchObject({ code: 0, stdout: "exec input" });
    const following = start("logs", "-f", "web");
    expect(await docker("stop", "web")).toMatchObject({ code: 0, stdout: "web\n" });
    expect(await following.ended).toMatchObject({ code: 0, stdout: "ready\nsignal 15\n" });
    expect((await docker("inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", "web")).stdout).toBe(
      "exited 0\n",
    );
    expect(await docker("stop", "web")).toMatchObject({ code: 0 });
    await docker("rm", "-f", "web");
    expect((await docker("ps", "-aq")).stdout).toBe("");
  });

  it("refuses names in use and containers that run", async () => {
    await docker("run", "-d", "--name", "one", "busybox", "sleep");
    const again = await docker("run", "--name", "one", "busybox", "true");
    expect(again.code).toBe(125);
    expect(again.stderr).toContain('Conflict. The container name "/one" is already in use by container "');
    const removed = await docker("rm", "one");
    expect(removed.code).toBe(1);
    expect(removed.stderr).toContain(
      'cannot remove container "/one": container is running: stop the container before removing or force remove',
    );
    expect((await docker("rm", "two")).stderr).toContain("No such container: two");
    expect(await docker("rm", "-f", "one")).toMatchObject({ code: 0, stdout: "one\n" });
  });

  it("starts again and attaches", async () => {
    await docker("run", "--name", "again", "busybox", "echo", "hi");
    expect(await docker("start", "-a", "again")).toEqual({ code: 0, stdout: "hi\n", stderr: "" });
    expect((await docker("logs", "again")).stdout).toBe("hi\nhi\n");
  });

  it("copies files out and in, updates and lists processes", async () => {
    await docker("run", "-d", "--name", "box", "busybox", "sleep");
    const { pid } = parts.engine.containers.find("box").record.state;
    const { entries } = parts.runtime.files;
    entries.set(`/proc/${pid}/root/etc`, null);
    entries.set(`/proc/${pid}/root/etc/motd`, "hello");
    expect(await docker("cp", "box:/etc/motd", join(folder, "motd"))).toMatchObject({ code: 0 });
    expect(await readFile(join(folder, "motd"), "utf8")).toBe("hello");
    await writeFile(join(folder, "new"), "content");
    expect(await docker("cp", join(folder, "new"), "box:/etc/")).toMatchObject({ code: 0 });
    expect(entries.get(`/proc/${pid}/root/etc/new`)).toBe("content");
    expect((await docker("cp", "box:/absent", folder)).stderr).toContain(
      "Could not find the file /absent in container box",
    );
    expect(await docker("update", "--pids-limit", "7", "box")).toMatchObject({ code: 0, stdout: "box\n" });
    expect(parts.runtime.written.get("pids.max")).toBe("7");
    expect((await docker("top", "box")).stdout).toContain("PPID");
    expect((await docker("stats", "--no-stream", "--format", "{{.Name}} {{.PIDs}}", "box")).stdout).toBe(
      "box 0\n",
    );
  });

  it("waits, and shows tails with times", async () => {
    await docker("run", "-d", "--name", "lines", "busybox", "lines", "20");
    expect((await docker("wait", "lines")).stdout).toBe("0\n");
    expect((await docker("logs", "--tail", "3", "lines")).stdout).toBe("line 18\nline 19\nline 20\n");
    expect((await docker("logs", "-t", "--tail", "1", "lines")).stdout).toMatch(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z line 20\n$/,
    );
  });

  it("answers version, info, networks, volumes and df", async () => {
    expect(
      (await docker("version", "--format", "{{.Server.APIVersion}} {{.Client.APIVersion}}")).stdout,
    ).toBe("1.51 1.50\n");
    expect((await docker("info", "--format", "{{.Driver}} {{.CgroupVersion}}")).stdout).toBe("overlay2 2\n");
    expect((await docker("network", "ls", "--format", "{{.Name}}")).stdout).toBe("bridge\nhost\nnone\n");
    expect((await docker("volume", "create", "data")).stdout).toBe("data\n");
    expect((await docker("volume", "inspect", "-f", "{{.Mountpoint}}", "data")).stdout).toBe(
      "/var/lib/docker/volumes/data/_data\n",
    );
    expect((await docker("system", "df", "--format", "{{.Type}}")).stdout).toBe(
      "Images\nContainers\nLocal Volumes\nBuild Cache\n",
    );
  });
});
