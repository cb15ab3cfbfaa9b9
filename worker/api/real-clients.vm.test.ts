// dockerode, the real docker client and a plain HTTP client in the guest against the API of the real machine.

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dockerArchive, tarOf, testImage } from "../engine/images/testing/test-archive.ts";
import { useRealMachine } from "../testing/real-machine-node.ts";
import { listenOnSocket, type SocketServer } from "./socket-server-node.ts";

const DOCKER = ["/usr/local/bin/docker", "/usr/bin/docker"].find((path) => existsSync(path));
if (!DOCKER) console.warn("skipped: there is no docker client on this machine");

const machine = useRealMachine();
let folder: string;
let unix: SocketServer;
let tcp: SocketServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "real-clients-"));
  unix = await listenOnSocket({ path: join(folder, "docker.sock") }, machine().sandbox.api);
  tcp = await listenOnSocket({ host: "127.0.0.1", port: 0 }, machine().sandbox.api);
  await machine().output("docker pull -q busybox");
});

afterAll(async () => {
  await unix?.close();
  await tcp?.close();
  await rm(folder, { recursive: true });
});

describe.skipIf(!DOCKER)("the real docker client", () => {
  function start(words: readonly string[], url = unix.url) {
    const child = spawn(DOCKER ?? "", words, {
      env: { DOCKER_HOST: url, HOME: folder, PATH: "/usr/bin:/bin" },
    });
    const seen = { stdout: "", stderr: "" };
    child.stdout.on("data", (bytes) => {
      seen.stdout += bytes;
    });
    child.stderr.on("data", (bytes) => {
      seen.stderr += bytes;
    });
    const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
      child.on("close", (code) => resolve({ code, ...seen }));
    });
    const until = (pattern: RegExp) =>
      new Promise<void>((resolve, reject) => {
        const look = () => pattern.test(seen.stdout) && resolve();
        child.stdout.on("data", look);
        look();
        void ended.then(() => reject(new Error(`ended before ${pattern}: ${seen.stdout}${seen.stderr}`)));
      });
    return { child, ended, until };
  }

  function docker(...words: string[]) {
    const { child, ended } = start(words);
    child.stdin.end();
    return ended;
  }

  async function output(...words: string[]): Promise<string> {
    const { code, stdout, stderr } = await docker(...words);
    if (code !== 0) throw new Error(`docker ${words.join(" ")} ended with ${code}: ${stderr}`);
    return stdout.trimEnd();
  }

  it("runs over a unix socket and over TCP", async () => {
    const words = ["run", "--rm", "busybox", "sh", "-c", "echo out; echo err >&2; exit 3"];
    expect(await docker(...words)).toEqual({ code: 3, stdout: "out\n", stderr: "err\n" });
    const { child, ended } = start(words, tcp.url);
    child.stdin.end();
    expect(await ended).toEqual({ code: 3, stdout: "out\n", stderr: "err\n" });
  });

  it("passes stdin and half-closes it", async () => {
    const { child, ended } = start(["run", "-i", "--rm", "busybox", "sha256sum"]);
    child.stdin.end("x".repeat(1_000_000));
    const digest = createHash("sha256").update("x".repeat(1_000_000)).digest("hex");
    expect((await ended).stdout).toBe(`${digest}  -\n`);
  });

  it("obeys every flag of run", async () => {
    const flags = [
      ["-e", "A=1"],
      ["-w", "/tmp"],
      ["-u", "5:6"],
      ["--hostname", "h"],
      ["-v", "vol:/v"],
      ["--memory", "32m"],
      ["--cpus", "0.5"],
      ["--pids-limit", "20"],
      ["--cap-drop", "ALL"],
      ["--cap-add", "NET_RAW"],
      ["--network", "none"],
      ["--entrypoint", "sh"],
    ].flat();
    const script =
      "echo $A; pwd; id -u; id -g; hostname; ls -d /v; cd /sys/fs/cgroup; cat memory.max cpu.max pids.max; grep CapBnd /proc/self/status; ls /sys/class/net; touch /x";
    const { stdout, stderr, code } = await docker(
      "run",
      "--rm",
      "--init",
      "--read-only",
      ...flags,
      "busybox",
      "-c",
      script,
    );
    expect(stdout).toBe("1\n/tmp\n5\n6\nh\n/v\n33554432\n50000 100000\n20\nCapBnd:\t0000000000002000\nlo\n");
    expect(stderr).toContain("Read-only file system");
    expect(code).toBe(1);
    expect(
      await output("run", "--rm", "--privileged", "busybox", "grep", "CapEff", "/proc/self/status"),
    ).toBe("CapEff:\t000001ffffffffff");
    await output("volume", "rm", "vol");
  });

  it("runs detached, lists, execs, logs, stops, starts, attaches, waits, kills and removes", async () => {
    const id = await output(
      "run",
      "-d",
      "-p",
      "8081:80",
      "--name",
      "web",
      "busybox",
      "sh",
      "-c",
      "mkdir -p /w; echo page > /w/index.html; echo ready; trap 'echo bye; exit 0' TERM; httpd -f -p 80 -h /w & wait",
    );
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    expect(await output("ps", "--format", "{{.Names}} {{.Image}} {{.State}} {{.Ports}}")).toBe(
      "web busybox running 0.0.0.0:8081->80/tcp",
    );
    const following = start(["logs", "-f", "web"]);
    await following.until(/ready/);
    expect(
      await machine().output("until wget -qO- http://127.0.0.1:8081/ 2>/dev/null; do sleep 0.1; done"),
    ).toBe("page");
    expect(await output("exec", "-e", "B=2", "web", "sh", "-c", "echo $B; cat /proc/1/comm")).toBe("2\nsh");
    const input = start(["exec", "-i", "web", "cat"]);
    input.child.stdin.end("through exec");
    expect(await input.ended).toEqual({ code: 0, stdout: "through exec", stderr: "" });
    const waiting = output("wait", "web");
    expect(await output("stop", "web")).toBe("web");
    expect(await waiting).toBe("0");
    expect((await following.ended).stdout).toBe("ready\nbye\n");
    expect(await output("start", "web")).toBe("web");
    const attached = start(["attach", "--no-stdin", "web"]);
    await machine().output("until wget -qO- http://127.0.0.1:8081/ 2>/dev/null; do sleep 0.1; done");
    expect(await output("kill", "web")).toBe("web");
    expect((await attached.ended).code).toBe(137);
    expect(await output("inspect", "-f", "{{.State.Status}} {{.State.ExitCode}} {{.Name}}", "web")).toBe(
      "exited 137 /web",
    );
    expect(await output("rm", "web")).toBe("web");
    expect(await output("ps", "-aq")).toBe("");
  });

  it("tells of images, version and info", async () => {
    expect(await output("images", "--format", "{{.Repository}}:{{.Tag}}")).toContain("busybox:latest");
    expect(await output("version", "--format", "{{.Server.Os}}/{{.Server.Arch}}")).toBe("linux/386");
    expect(await output("info", "--format", "{{.Architecture}} {{.CgroupDriver}} {{.NCPU}}")).toMatch(
      /^\S+ \w+ 1$/,
    );
  });

  it("loads an archive, and runs what is in it", async () => {
    const layer = tarOf({ "etc/motd": "loaded\n" });
    const archive = join(folder, "image.tar");
    await writeFile(archive, tarOf(dockerArchive(testImage([layer]), ["mine:1"])));
    expect(await output("load", "-i", archive)).toContain("Loaded image: mine:1");
    await output("create", "--name", "mine", "mine:1");
    await output("cp", "mine:/etc/motd", join(folder, "motd"));
    expect(await readFile(join(folder, "motd"), "utf8")).toBe("loaded\n");
    await output("rm", "mine");
    expect(await output("rmi", "mine:1")).toContain("Untagged: mine:1");
  });

  it("copies files in and out", async () => {
    await output("run", "-d", "--name", "box", "busybox", "sleep", "1000");
    await output("cp", "box:/etc/passwd", join(folder, "passwd"));
    await output("cp", join(folder, "passwd"), "box:/copied");
    expect(await output("exec", "box", "cmp", "/etc/passwd", "/copied")).toBe("");
    await output("rm", "-f", "box");
  });

  it("says in Docker's words what cannot be", async () => {
    expect(await docker("run", "--rm", "busybox", "absent")).toMatchObject({ code: 127 });
    expect(await docker("run", "--rm", "busybox", "/etc/passwd")).toMatchObject({ code: 126 });
    const unknown = await docker("run", "--rm", "no-such-image");
    expect(unknown.code).toBe(125);
    expect(unknown.stderr).toContain("pull access denied for no-such-image, repository does not exist");
    await output("create", "--name", "taken", "busybox");
    const again = await docker("create", "--name", "taken", "busybox");
    expect(again.stderr).toContain('Conflict. The container name "/taken" is already in use by container');
    await output("rm", "taken");
    expect(await docker("rm", "taken")).toMatchObject({
      code: 1,
      stderr: "Error response from daemon: No such container: taken\n",
    });
  });
});

describe("dockerode", () => {
  const client = () => new Docker({ socketPath: unix.url.replace("unix://", "") });

  it("creates, attaches with stdin, starts, waits, inspects and removes", async () => {
    const docker = client();
    const container = await docker.createContainer({
      Image: "busybox",
      Cmd: ["sh", "-c", "cat; echo end >&2; exit 6"],
      OpenStdin: true,
      StdinOnce: true,
      HostConfig: { Memory: 33_554_432 },
    });
    const stream = await container.attach({
      stream: true,
      stdin: true,
      stdout: true,
      stderr: true,
      hijack: true,
    });
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    docker.modem.demuxStream(stream, stdout, stderr);
    stream.on("end", () => {
      stdout.end();
      stderr.end();
    });
    const texts = Promise.all([text(stdout), text(stderr)]);
    await container.start();
    stream.end("typed");
    expect(await texts).toEqual(["typed", "end\n"]);
    expect(await container.wait()).toEqual({ StatusCode: 6 });
    expect((await container.inspect()).State).toMatchObject({
      Status: "exited",
      ExitCode: 6,
      OOMKilled: false,
    });
    await container.remove();
    await expect(container.inspect()).rejects.toMatchObject({ statusCode: 404 });
  });

  it("gives a terminal, resizes it, and execs in one", async () => {
    const container = await client().createContainer({
      Image: "busybox",
      Cmd: ["sh"],
      Tty: true,
      OpenStdin: true,
    });
    await container.start();
    await container.resize({ w: 132, h: 43 });
    const exec = await container.exec({
      Cmd: ["stty", "size", "-F", "/proc/1/fd/0"],
      AttachStdout: true,
      Tty: true,
    });
    const stream = await exec.start({ Tty: true });
    expect(await text(stream)).toBe("43 132\r\n");
    expect((await exec.inspect()).ExitCode).toBe(0);
    await container.remove({ force: true });
  });

  it("gives a user namespace where one is asked for", async () => {
    const stdout = new PassThrough();
    const [{ StatusCode }, container] = await client().run(
      "busybox",
      [
        "sh",
        "-c",
        "readlink /proc/self/ns/user; cat /proc/self/uid_map; id -u; mknod /dev/x b 8 0 || exit 7",
      ],
      stdout,
      { HostConfig: { UsernsMode: "private" } },
    );
    stdout.end();
    const lines = (await text(stdout)).split(/\r?\n/);
    expect(lines[0]).not.toBe(await machine().output("readlink /proc/self/ns/user"));
    expect(lines[1]).toMatch(/^\s+0\s+\d+\s+65536$/);
    expect(lines[2]).toBe("0");
    // Root of a user namespace makes no device nodes.
    expect(StatusCode).toBe(7);
    await container.remove();
  });
});

describe("the socket in the guest", () => {
  /** Sends a request from a container that has the socket, as a client in a container does. */
  const ask = (path: string, clients = 1) => {
    const program =
      `my $s = IO::Socket::UNIX->new("/run/docker.sock") or die $!; ` +
      `print $s "GET ${path} HTTP/1.1\\r\\nHost: docker\\r\\nConnection: close\\r\\n\\r\\n"; print while <$s>; print "\\n"`;
    const line = `for i in ${Array.from({ length: clients }, (_, at) => at).join(" ")}; do perl -MIO::Socket::UNIX -e '${program}' > /tmp/$i & done; wait; cat /tmp/?`;
    return machine().output(
      `cat > /tmp/ask.sh <<'END'\n${line}\nEND\ndocker run --rm -v /run/docker.sock:/run/docker.sock -v /tmp/ask.sh:/ask.sh debian sh /ask.sh`,
    );
  };

  it("answers a plain HTTP client in a container", async () => {
    const answer = await ask("/_ping");
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer).toMatch(/\r\n\r\nOK$/);
  });

  it("carries answers whole, to several clients at once", async () => {
    const answers = (await ask("/v1.43/info", 4)).split(/(?=HTTP\/1\.1 )/);
    expect(answers).toHaveLength(4);
    for (const answer of answers) {
      const [head, body] = answer.split("\r\n\r\n");
      expect(head).toMatch(/^HTTP\/1\.1 200 OK/);
      expect(JSON.parse(body ?? "")).toMatchObject({ OSType: "linux", NCPU: 1 });
    }
  });
});
